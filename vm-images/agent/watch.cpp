// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/watch.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>

namespace refrag::agent {
namespace {

bool is_full(int error) { return error == EAGAIN || error == ENOBUFS; }

}  // namespace

// Nothing of a kernel's answers a datagram of UDP.
bool Watched::set_kernel_answers(bool on) const {
  constexpr auto *ipv4 = "/proc/sys/net/ipv4/icmp_echo_ignore_all",
                 *ipv6 = "/proc/sys/net/ipv6/icmp/echo_ignore_all";
  const bool is_ipv6 = request_.from.find(':') != request_.from.npos;
  return request_.udp || write_file(is_ipv6 ? ipv6 : ipv4, on ? "0" : "1");
}

void Watched::let_kernel_answer() const { set_kernel_answers(true); }

Problem Watched::open() {
  auto failed = socket_.open(EchoType::request, request_.from, request_.device, request_.udp);
  if (!failed.empty()) return failed;
  return set_kernel_answers(false) ? Problem() : problem("keeping the kernel from answering");
}

// What a kernel would not answer is not answered; nor is what is somebody else's.
void Watched::serve() {
  give_answers();
  while (const auto echo = socket_.receive()) {
    if (echo->ident != request_.ident) continue;
    tally_.note(*echo);
    if (!echo->checksum_ok) continue;
    answers_.push_back({echo->ident, echo->sequence, std::string(echo->payload)});
    give_answers();
  }
}

void Watched::give_answers() {
  for (; !answers_.empty(); answers_.pop_front()) {
    const auto& answer = answers_.front();
    const int error = socket_.send(answer.ident, answer.sequence, answer.payload);
    if (is_full(error)) return;
    if (error != 0) failed_ = problem("answering an echo", error);
  }
}

std::vector<protocol::SeenSize> Watched::seen() const {
  std::vector<protocol::SeenSize> rows;
  for (std::size_t i = 0; i < tally_.sizes().size(); ++i) {
    const auto& entry = tally_.entries()[i];
    rows.push_back(
        {tally_.sizes()[i], entry.good, entry.wrong_length, entry.wrong_payload, entry.duplicates});
  }
  return rows;
}

Problem Watch::begin(const protocol::WatchRequest& request) {
  if (!request.also) watched_.clear();
  watched_.emplace_back(request);
  auto failed = watched_.back().open();
  if (!failed.empty()) watched_.pop_back();
  return failed;
}

void Watch::serve() {
  for (auto& each : watched_) each.serve();
}

std::variant<std::vector<protocol::SeenSize>, Problem> Watch::end() {
  serve();
  for (const auto& each : watched_) each.let_kernel_answer();
  for (const auto& each : watched_) {
    if (!each.failed().empty()) return each.failed();
  }
  return watched_.empty() ? std::vector<protocol::SeenSize>() : watched_.front().seen();
}

bool Watch::wait_readable(std::span<const int> fds, Micros time) {
  const Micros until = now() + time;
  for (;;) {
    std::vector<pollfd> entries;
    for (const int fd : fds) entries.push_back({fd, POLLIN, 0});
    for (const auto& each : watched_) {
      const auto wanted = static_cast<short>(each.is_behind() ? POLLIN | POLLOUT : POLLIN);
      entries.push_back({each.fd(), wanted, 0});
    }
    const Micros left = std::max<Micros>(until - now(), 0);
    const int came = poll(entries.data(), entries.size(), static_cast<int>((left + 999) / 1000));
    const auto* entry = entries.data() + fds.size();
    for (auto& each : watched_) {
      if ((entry++)->revents) each.serve();
    }
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (entries[i].revents) return true;
    }
    if (came == 0) return false;
  }
}

}  // namespace refrag::agent
