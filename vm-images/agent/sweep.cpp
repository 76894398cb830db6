// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/sweep.hpp"

#include <cerrno>

#include <unistd.h>

#include "framework/protocol/payload.hpp"
#include "vm-images/agent/pace.hpp"

namespace refrag::agent {
namespace {

using protocol::SweepRequest;
using protocol::SweepResult;

constexpr std::size_t kCanarySize = 8;
constexpr Micros kWarmTry = 200'000;

class Sweep {
 public:
  Sweep(const SweepRequest& request, std::uint32_t window)
      : request_(request),
        start_(now()),
        pace_(request, start_, window),
        tally_(request.ident, request.seed, request.count, request.sizes) {
    for (const auto size : request.sizes) result_.sizes.push_back({.size = size});
  }

  Problem open() {
    auto failed = socket_.open(EchoType::reply, request_.to, request_.device, request_.udp);
    if (!failed.empty()) return failed;
    return socket_.set_dont_fragment(request_.dont_fragment);
  }

  // Does one thing. How long there is nothing to do for, unless something comes; nothing when the
  // sweep is over.
  std::optional<Micros> step() {
    if (is_over_) return std::nullopt;
    receive();
    const Step step = pace_.next(now());
    if (step.what == Step::Do::wait) return step.wait;
    if (step.what != Step::Do::finish) {
      return send(step.sequence, step.what == Step::Do::canary);
    }
    finish(step.end);
    return std::nullopt;
  }

  int fd() const { return socket_.fd(); }
  const SweepResult& result() const { return result_; }

 private:
  protocol::SizeResult& row(std::uint16_t sequence) {
    return result_.sizes[sequence / static_cast<std::size_t>(request_.count)];
  }
  std::uint32_t bit(std::uint16_t sequence) const { return 1u << (sequence % request_.count); }

  // Nothing to wait for, unless queues are full: the step will come again.
  Micros send(std::uint16_t sequence, bool canary) {
    const auto size = canary ? kCanarySize : row(sequence).size;
    const auto payload = protocol::echo_payload(request_.seed, sequence, size);
    const int error = socket_.send(request_.ident, sequence, payload);
    if (error == EAGAIN || error == ENOBUFS) {
      return Pace::kSlice / 4;
    }
    if (error == 0 || canary) {
      pace_.sent(sequence, now());
      if (!canary) row(sequence).sent |= bit(sequence);
    } else {
      pace_.refused(sequence);
      if (error == EMSGSIZE) {
        ++row(sequence).too_long;
      } else {
        row(sequence).other_errno = static_cast<std::uint32_t>(error);
      }
    }
    return 0;
  }

  void receive() {
    for (int most = 64; most > 0; --most) {  // a flood must not keep us from the deadline
      const auto echo = socket_.receive();
      if (!echo) return;
      if (echo->ident != request_.ident) continue;
      const Micros rtt = pace_.since_sent(echo->sequence, now());
      const auto verdict = tally_.note(*echo);
      pace_.came(echo->sequence, now());
      if (verdict == Tally::Verdict::good) {
        auto& size = row(echo->sequence);
        if (size.first_us == 0) size.first_us = static_cast<std::uint32_t>(rtt);
        size.max_us = std::max(size.max_us, static_cast<std::uint32_t>(rtt));
      } else if (verdict == Tally::Verdict::stray && echo->sequence < protocol::kMaxProbes) {
        ++result_.stray;
      }
    }
  }

  void finish(protocol::SweepEnd end) {
    for (std::size_t i = 0; i < result_.sizes.size(); ++i) {
      const auto& entry = tally_.entries()[i];
      auto& size = result_.sizes[i];
      size.good = entry.good;
      size.wrong_length = entry.wrong_length;
      size.wrong_payload = entry.wrong_payload;
      size.duplicates = entry.duplicates;
    }
    result_.end = end;
    result_.elapsed_ms = static_cast<std::uint32_t>((now() - start_) / 1000);
    is_over_ = true;
  }

  const SweepRequest& request_;
  Micros start_;
  Pace pace_;
  Tally tally_;
  EchoSocket socket_;
  SweepResult result_;
  bool is_over_ = false;
};

// Until none has anything to do.
void run(std::vector<Sweep>& sweeps, Watch& watch) {
  std::vector<int> fds;
  for (const auto& sweep : sweeps) fds.push_back(sweep.fd());
  for (;;) {
    std::optional<Micros> wait;
    for (auto& sweep : sweeps) {
      const auto idle = sweep.step();
      if (idle) wait = std::min(*idle, wait.value_or(*idle));
    }
    if (!wait) return;
    if (*wait > 0) watch.wait_readable(fds, *wait);
  }
}

}  // namespace

std::variant<SweepResult, Problem> sweep(const std::vector<SweepRequest>& requests, Watch& watch) {
  std::vector<Sweep> sweeps;
  sweeps.reserve(requests.size());
  for (const auto& request : requests) {
    sweeps.emplace_back(request, Pace::kWindow / static_cast<std::uint32_t>(requests.size()));
    if (auto failed = sweeps.back().open(); !failed.empty()) return failed;
  }
  run(sweeps, watch);
  return sweeps.front().result();
}

std::variant<Warmth, Problem> warm(const std::string& address, const std::string& device,
                                   Micros time, Watch& watch) {
  EchoSocket socket;
  auto failed = socket.open(EchoType::reply, address, device);
  if (!failed.empty()) return failed;
  const auto ident = static_cast<std::uint16_t>(getpid() ^ now());
  const Micros start = now();
  Warmth warmth;
  while (!warmth.answered && now() - start < time) {
    const auto sequence = static_cast<std::uint16_t>(warmth.tries++);
    const Micros sent = now();
    socket.send(ident, sequence, protocol::echo_payload(ident, sequence, kCanarySize));
    const Micros patience = std::min(kWarmTry, start + time - sent);
    while (!warmth.answered && watch.wait_readable(socket.fd(), sent + patience - now())) {
      while (const auto echo = socket.receive()) warmth.answered |= echo->ident == ident;
    }
    warmth.rtt = now() - sent;
  }
  return warmth;
}

}  // namespace refrag::agent
