// SPDX-License-Identifier: GPL-2.0-or-later
// A point in time by which something has to have happened; everything that can wait takes one.
#pragma once

#include <algorithm>
#include <chrono>

namespace refrag::base {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Deadline {
 public:
  static Deadline in(Clock::duration time) { return Deadline(Clock::now() + time); }
  static Deadline never() { return Deadline(Clock::time_point::max()); }

  bool expired() const { return at_ != Clock::time_point::max() && Clock::now() >= at_; }

  // The earlier of the two.
  Deadline sooner(Deadline other) const { return Deadline(std::min(at_, other.at_)); }
  Deadline sooner(Clock::duration time) const { return sooner(Deadline::in(time)); }

  // Time left, never negative; an hour for never().
  milliseconds remaining() const {
    if (at_ == Clock::time_point::max()) return std::chrono::hours(1);
    const auto left = std::chrono::ceil<milliseconds>(at_ - Clock::now());
    return std::max(left, milliseconds::zero());
  }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

// Seconds since it was made.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  Clock::time_point start_ = Clock::now();
};

}  // namespace refrag::base
