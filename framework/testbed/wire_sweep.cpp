// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_sweep.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/protocol/payload.hpp"

namespace refrag::testbed {

using protocol::SweepEnd;
using verdict::EchoEvidence;

namespace {

constexpr std::size_t canary_size = 8;

bool is_canary(std::uint16_t sequence) { return sequence >= protocol::kMaxProbes; }

packet::Echo request(const WireSweepPlan& plan, std::uint16_t sequence, std::string_view payload) {
  return {packet::EchoKind::request, plan.ident, sequence, packet::as_bytes(payload)};
}

// Good, or which counter of an echo of that size it belongs to.
int EchoEvidence::*class_of(const packet::Echo& echo, int size, std::uint32_t seed) {
  if (echo.payload.size() != static_cast<std::size_t>(size)) return &EchoEvidence::wrong_length;
  const auto payload = packet::as_text(echo.payload);
  const bool is_good = echo.checksum_ok && protocol::is_echo_payload(payload, seed, echo.sequence);
  return is_good ? &EchoEvidence::good : &EchoEvidence::wrong_payload;
}

}  // namespace

WireSweep::WireSweep(WireSweepPlan plan, WireEndpoint& from, WireEndpoint& to, Time now,
                     Time deadline)
    : plan_(std::move(plan)),
      from_(from),
      to_(to),
      deadline_(deadline),
      probes_(plan_.sizes.size() * static_cast<std::size_t>(plan_.count)),
      open_(probes_.size()),
      life_(now) {
  if (probes_.size() > protocol::kMaxProbes) {
    throw base::Error(base::Fault::usage, "a sweep of more than 60000 echoes");
  }
  for (const int size : plan_.sizes) {
    evidence_.push_back({.size = size, .seen_by_peer = 0});
  }
  from_.listen([this](const auto& arrival) { came(arrival); });
  to_.listen([this](const auto& arrival) { seen(arrival); });
}

WireSweep::~WireSweep() {
  from_.listen(nullptr);
  to_.listen(nullptr);
}

bool WireSweep::step(Time now) {
  while (!all_sent() && has_room()) send_next(now);
  if (is_over(now)) return true;
  if (canary_is_due(now)) send_canary(now);
  return false;
}

bool WireSweep::is_over(Time now) {
  if (open_ == 0 && (tail_back_ || now - life_ >= retry)) {
    end_ = SweepEnd::answered;
  } else if (settled_) {
    end_ = SweepEnd::settled;
  } else if (now - life_ >= plan_.quiet) {
    end_ = SweepEnd::quiet;
  } else if (now >= deadline_) {
    end_ = SweepEnd::deadline;
  } else {
    return false;
  }
  return true;
}

bool WireSweep::has_room() const {
  const auto in_flight = sent_frames_ - done_frames_;
  const auto index = index_of(sequence_of(turn_));
  return in_flight == 0 || in_flight + frames_of(plan_.sizes[index]) <= plan_.window;
}

bool WireSweep::canary_is_due(Time now) const {
  const bool none = canaries_.empty() || canaries_.back().position <= probe_frames_;
  if (all_sent() && none) return true;
  const bool confirms = tail_back_ && canaries_.back().at < tail_back_at_ + grace;
  if (confirms) return now >= tail_back_at_ + grace;
  // It was lost itself, or the window is full of what was lost.
  const auto last = none ? life_ : std::max(life_, canaries_.back().at);
  return now - last >= (none ? grace : std::max<Time::duration>(retry, 4 * longest_));
}

void WireSweep::send_next(Time now) {
  const auto sequence = sequence_of(turn_++);
  auto& evidence = evidence_[index_of(sequence)];
  const auto payload =
      protocol::echo_payload(plan_.seed, sequence, static_cast<std::size_t>(evidence.size));
  if (!from_.send_echo(plan_.to, request(plan_, sequence, payload), plan_.dont_fragment)) {
    ++evidence.local_errors;
    evidence.local_error = "message too long";
    --open_;
    return;
  }
  ++evidence.sent;
  sent_frames_ += frames_of(evidence.size);
  probes_[sequence].position = probe_frames_ = sent_frames_;
  probes_[sequence].at = now;
}

void WireSweep::send_canary(Time now) {
  const auto room = first_udp_ident - 1 - protocol::kMaxProbes;
  const auto number = std::min<std::size_t>(canaries_.size(), room);
  const auto sequence = static_cast<std::uint16_t>(protocol::kMaxProbes + number);
  const auto payload = protocol::echo_payload(plan_.seed, sequence, canary_size);
  from_.send_echo(plan_.to, request(plan_, sequence, payload), false);
  canaries_.push_back({++sent_frames_, now});
}

void WireSweep::seen(const WireEndpoint::Arrival& arrival) {
  const auto& echo = arrival.echo;
  if (echo.kind != packet::EchoKind::request || echo.ident != plan_.ident) return;
  life_ = arrival.at;
  if (echo.sequence >= probes_.size()) return;
  auto& probe = probes_[echo.sequence];
  auto& evidence = evidence_[index_of(echo.sequence)];
  if (probe.seen) ++evidence.duplicates;
  if (arrival.datagram.repeated > 0) ++evidence.duplicates;
  if (probe.seen || probe.position == 0) return;
  probe.seen = true;
  ++*evidence.seen_by_peer;
  if (class_of(echo, evidence.size, plan_.seed) != &EchoEvidence::good) ++evidence.seen_wrong;
  if (has_outgrown(arrival, evidence.size)) ++evidence.outgrown;
}

void WireSweep::came(const WireEndpoint::Arrival& arrival) {
  const auto& echo = arrival.echo;
  if (echo.kind != packet::EchoKind::reply || echo.ident != plan_.ident) return;
  life_ = arrival.at;
  if (is_canary(echo.sequence)) return canary_came(echo.sequence - protocol::kMaxProbes, life_);
  if (echo.sequence >= probes_.size()) return;
  auto& probe = probes_[echo.sequence];
  auto& evidence = evidence_[index_of(echo.sequence)];
  if (probe.answered) ++evidence.duplicates;
  if (arrival.datagram.repeated > 0) ++evidence.duplicates;
  if (probe.answered || probe.position == 0) return;
  probe.answered = true;
  --open_;
  done_frames_ = std::max(done_frames_, probe.position);
  const auto took = arrival.at - probe.at;
  longest_ = std::max(longest_, took);
  const auto counter = class_of(echo, evidence.size, plan_.seed);
  ++(evidence.*counter);
  if (has_outgrown(arrival, evidence.size)) ++evidence.outgrown;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  evidence.rtt_max_us = std::max<std::int64_t>(evidence.rtt_max_us, us);
}

void WireSweep::canary_came(std::size_t number, Time now) {
  if (number >= canaries_.size()) return;
  const auto& canary = canaries_[number];
  done_frames_ = std::max(done_frames_, canary.position);
  if (!all_sent() || canary.position <= probe_frames_) return;
  settled_ |= tail_back_ && canary.at >= tail_back_at_ + grace;
  if (!tail_back_) tail_back_at_ = now;
  tail_back_ = true;
}

std::vector<EchoEvidence> WireSweep::evidence() const {
  auto evidence = evidence_;
  const bool is_settled = end_ == SweepEnd::answered || end_ == SweepEnd::settled;
  for (auto& echo : evidence) echo.settled = is_settled;
  return evidence;
}

std::size_t WireSweep::index_of(std::uint16_t sequence) const {
  return sequence / static_cast<std::size_t>(plan_.count);
}

// One echo of each size, then the second of each.
std::uint16_t WireSweep::sequence_of(std::size_t turn) const {
  const auto sizes = plan_.sizes.size();
  return protocol::echo_sequence(turn % sizes, static_cast<int>(turn / sizes), plan_.count);
}

// Both ends send with the same MTU.
bool WireSweep::has_outgrown(const WireEndpoint::Arrival& arrival, int size) const {
  const auto& interface = from_.interface();
  const auto sent = packet::fragment_lengths(size, interface.mtu, interface.dialect.family);
  return arrival.datagram.longest > static_cast<std::size_t>(sent.front());
}

std::size_t WireSweep::frames_of(int size) const {
  const auto& interface = from_.interface();
  return packet::fragment_lengths(size, interface.mtu, interface.dialect.family).size();
}

}  // namespace refrag::testbed
