// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/fair_clock.hpp"

#include <sched.h>
#include <unistd.h>

#include "framework/base/catch.hpp"
#include "framework/base/process.hpp"

using namespace refrag::base;

namespace {

// How much of the time that passes meanwhile passes on that clock.
double share_of_time(FairClock& clock, Clock::duration at_least) {
  const auto start = clock.now(), real_start = Clock::now();
  const auto end = Deadline::in(at_least);
  while (!end.expired()) clock.now();
  const std::chrono::duration<double> gone = clock.now() - start, real = Clock::now() - real_start;
  return gone / real;
}

void keep_to_one_processor(pid_t process) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  REQUIRE(::sched_setaffinity(process, sizeof one, &one) == 0);
}

}  // namespace

TEST_CASE("time passes for a process that only sleeps", "[base]") {
  const auto sleeper = Process::start({.argv = {"sleep", "60"}});
  double share = 0;
  for (int tries = 0; share <= 0.7 && tries < 50; ++tries) {  // it may stand in line to fall asleep
    FairClock clock(sleeper.pid());
    share = share_of_time(clock, milliseconds(100));
  }
  CHECK(share > 0.7);
}

TEST_CASE("time passes more slowly for a process that others keep from running", "[base]") {
  std::vector<Process> crowd;
  for (int i = 0; i < 4; ++i) {
    crowd.push_back(Process::start({.argv = {"sh", "-c", "while :; do :; done"}}));
    keep_to_one_processor(crowd.back().pid());
  }
  FairClock clock(crowd.front().pid());
  CHECK(share_of_time(clock, milliseconds(400)) < 0.7);
}

TEST_CASE("for a process that is gone the clock is the usual one", "[base]") {
  FairClock clock(0);
  CHECK(share_of_time(clock, milliseconds(100)) > 0.7);
}
