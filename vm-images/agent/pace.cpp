// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/pace.hpp"

#include <algorithm>

namespace refrag::agent {
namespace {

using protocol::SweepEnd;

constexpr std::uint32_t kFragment = 1480;      // bytes of IP payload in a frame of 1500
constexpr std::uint32_t kFragmentCost = 2304;  // a socket buffer for one, with its bookkeeping

bool is_canary(std::uint16_t sequence) { return sequence >= protocol::kMaxProbes; }

Step wait_for(Micros time) {
  return {Step::Do::wait, 0, std::clamp<Micros>(time, 1000, Pace::kSlice)};
}

Step finish(SweepEnd end) { return {Step::Do::finish, 0, 0, end}; }

}  // namespace

Pace::Pace(const protocol::SweepRequest& request, Micros now)
    : sizes_(request.sizes),
      count_(request.count),
      quiet_(Micros{request.quiet_ms} * 1000),
      deadline_(now + Micros{request.deadline_ms} * 1000),
      probes_(sizes_.size() * static_cast<std::size_t>(count_)),
      open_(probes_.size()),
      seen_(now) {}

Step Pace::next(Micros now) {
  advance(now);
  if (open_ == 0) return finish(SweepEnd::answered);
  if (now >= deadline_) return finish(SweepEnd::deadline);
  if (turn_ == probes_.size()) return when_all_sent();
  const auto sequence = sequence_of(turn_);
  if (used_ == 0 || used_ + cost(sequence) <= kWindow) return {Step::Do::send, sequence};
  return wait_for(expiries_.front().at - running_);
}

Step Pace::when_all_sent() const {
  const Micros settle = settle_time();
  const Micros silence = running_ - life_;
  if (canary_back_) {
    return silence >= settle ? finish(SweepEnd::settled) : wait_for(settle - silence);
  }
  if (silence >= quiet_) return finish(SweepEnd::quiet);
  Micros until_canary = settle - silence;
  if (!canaries_.empty()) until_canary = std::max(until_canary, canary_at_ + 4 * settle - running_);
  if (until_canary > 0) return wait_for(std::min(until_canary, quiet_ - silence));
  const auto room = UINT16_MAX - protocol::kMaxProbes;
  return {Step::Do::canary,
          static_cast<std::uint16_t>(protocol::kMaxProbes + canaries_.size() % room)};
}

// A call that comes later than it was asked for counts as one that came in time.
void Pace::advance(Micros now) {
  running_ += std::clamp<Micros>(now - seen_, 0, 2 * kSlice);
  seen_ = now;
  while (!expiries_.empty() && expiries_.front().at <= running_) {
    const auto sequence = expiries_.front().sequence;
    expiries_.pop_front();
    if (probes_[sequence].state == State::in_flight) {
      leave_window(probes_[sequence], sequence, State::overdue);
    }
  }
}

void Pace::sent(std::uint16_t sequence, Micros now) {
  if (is_canary(sequence)) {
    canaries_.push_back(now);
    canary_at_ = running_;
    return;
  }
  probes_[sequence] = {State::in_flight, now};
  used_ += cost(sequence);
  expiries_.push_back({sequence, running_ + overdue_time()});
  ++turn_;
  life_ = running_;
}

void Pace::refused(std::uint16_t sequence) {
  probes_[sequence].state = State::done;
  ++turn_;
  --open_;
}

void Pace::came(std::uint16_t sequence, Micros now) {
  life_ = running_;
  longest_ = std::max(longest_, since_sent(sequence, now));
  canary_back_ = is_canary(sequence);
  if (is_canary(sequence) || sequence >= probes_.size()) return;
  Probe& probe = probes_[sequence];
  if (probe.state == State::waiting || probe.state == State::done) return;
  if (probe.state == State::in_flight) leave_window(probe, sequence, State::done);
  probe.state = State::done;
  --open_;
}

Micros Pace::since_sent(std::uint16_t sequence, Micros now) const {
  if (is_canary(sequence)) {
    const std::size_t number = sequence - protocol::kMaxProbes;
    return number < canaries_.size() ? now - canaries_[number] : 0;
  }
  if (sequence >= probes_.size() || probes_[sequence].sent_at == 0) return 0;
  return now - probes_[sequence].sent_at;
}

void Pace::leave_window(Probe& probe, std::uint16_t sequence, State state) {
  probe.state = state;
  used_ -= cost(sequence);
}

// Silence that is long for what has been seen so far.
Micros Pace::settle_time() const { return std::clamp<Micros>(2 * longest_, 30'000, 500'000); }

Micros Pace::overdue_time() const {
  return longest_ == 0 ? 250'000 : std::clamp<Micros>(4 * longest_, 50'000, 1'000'000);
}

// One echo of each size, then the second of each.
std::uint16_t Pace::sequence_of(std::size_t turn) const {
  return protocol::echo_sequence(turn % sizes_.size(), static_cast<int>(turn / sizes_.size()),
                                 count_);
}

std::uint32_t Pace::cost(std::uint16_t sequence) const {
  const auto size = sizes_[sequence / static_cast<std::size_t>(count_)];
  return ((size + 8 + kFragment - 1) / kFragment) * kFragmentCost;
}

}  // namespace refrag::agent
