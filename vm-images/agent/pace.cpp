// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/pace.hpp"

#include <algorithm>

namespace refrag::agent {
namespace {

using protocol::SweepEnd;

constexpr std::uint32_t kFragment = 1480;      // bytes of IP payload in a frame of 1500
constexpr std::uint32_t kFragmentCost = 2304;  // a socket buffer for one, with its bookkeeping

constexpr Micros kPause = 20'000;  // in what comes back, before a canary

bool is_canary(std::uint16_t sequence) { return sequence >= protocol::kMaxProbes; }

Step wait_for(Micros time) {
  return {Step::Do::wait, 0, std::clamp<Micros>(time, 1000, Pace::kSlice)};
}

Step finish(SweepEnd end) { return {Step::Do::finish, 0, 0, end}; }

}  // namespace

Pace::Pace(const protocol::SweepRequest& request, Micros now, std::uint32_t window)
    : sizes_(request.sizes),
      count_(request.count),
      window_(window),
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
  return has_room_for(sequence) ? Step{Step::Do::send, sequence} : ask();
}

Step Pace::when_all_sent() const {
  if (canary_back_) {
    const Micros left = settle_time() - silence();
    return left <= 0 ? finish(SweepEnd::settled) : wait_for(left);
  }
  return silence() >= quiet_ ? finish(SweepEnd::quiet) : ask();
}

// A canary, when it is time for one: soon where none is on its way, for it costs next to nothing.
Step Pace::ask() const {
  const Micros settle = settle_time();
  Micros left = kPause - silence();
  if (canary_out_) left = std::max(settle - silence(), canary_at_ + 4 * settle - running_);
  if (left > 0) return wait_for(std::min(left, quiet_ - silence()));
  const auto room = protocol::kFirstUdpIdent - protocol::kMaxProbes;
  return {Step::Do::canary,
          static_cast<std::uint16_t>(protocol::kMaxProbes + canaries_.size() % room)};
}

bool Pace::has_room_for(std::uint16_t sequence) const {
  return used_ == 0 || is_dead_ || used_ + cost(sequence) <= window_;
}

// A call that comes later than it was asked for counts as one that came in time.
void Pace::advance(Micros now) {
  running_ += std::clamp<Micros>(now - seen_, 0, 2 * kSlice);
  seen_ = now;
  is_dead_ = is_dead_ || silence() >= quiet_;
}

void Pace::sent(std::uint16_t sequence, Micros now) {
  if (is_canary(sequence)) {
    canaries_.push_back({now, turn_});
    canary_at_ = running_;
    canary_out_ = true;
    return;
  }
  probes_[sequence] = {State::in_flight, now};
  used_ += cost(sequence);
  ++turn_;
  life_ = running_;
  canary_back_ = false;
}

void Pace::refused(std::uint16_t sequence) {
  probes_[sequence].state = State::done;
  ++turn_;
  --open_;
}

void Pace::came(std::uint16_t sequence, Micros now) {
  life_ = running_;
  is_dead_ = false;
  longest_ = std::max(longest_, since_sent(sequence, now));
  canary_back_ = is_canary(sequence);
  canary_out_ = canary_out_ && !canary_back_;
  if (is_canary(sequence)) return canary_came(sequence - protocol::kMaxProbes);
  if (sequence >= probes_.size()) return;
  Probe& probe = probes_[sequence];
  if (probe.state == State::waiting || probe.state == State::done) return;
  if (probe.state == State::in_flight) leave_window(probe, sequence, State::done);
  probe.state = State::done;
  --open_;
}

// What was sent before it and is not back is lost. One that came before the last echo was sent says
// nothing of that echo.
void Pace::canary_came(std::size_t number) {
  if (number >= canaries_.size()) return;
  for (; settled_ < canaries_[number].turn; ++settled_) {
    const auto sequence = sequence_of(settled_);
    Probe& probe = probes_[sequence];
    if (probe.state == State::in_flight) leave_window(probe, sequence, State::lost);
  }
  canary_back_ = canaries_[number].turn == turn_;
}

Micros Pace::since_sent(std::uint16_t sequence, Micros now) const {
  if (is_canary(sequence)) {
    const std::size_t number = sequence - protocol::kMaxProbes;
    return number < canaries_.size() ? now - canaries_[number].sent_at : 0;
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
