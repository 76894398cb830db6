// SPDX-License-Identifier: GPL-2.0-or-later
// The time as another process has it: behind the usual clock by as long as one of its threads has
// stood in line for a processor. Tells a machine that is emulated beside other work from one that
// hangs.
#pragma once

#include <sys/types.h>

#include "framework/base/deadline.hpp"

namespace refrag::base {

class FairClock {
 public:
  // The process need not be ours. Once it has ended, its clock runs like the usual one.
  explicit FairClock(pid_t process);

  // Never later than the usual clock, with which it starts, and never goes back. Looks at the
  // process every 20 ms at most. For one thread at a time.
  Clock::time_point now();

  // When now() may reach a time at the earliest.
  Deadline deadline(Clock::time_point until) { return Deadline::in(until - now()); }

 private:
  pid_t process_;
  Clock::duration at_start_;  // waited by then
  Clock::duration waited_;
  Clock::time_point looked_;  // on the usual clock
  Clock::time_point now_;
};

}  // namespace refrag::base
