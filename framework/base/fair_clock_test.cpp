// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/fair_clock.hpp"

#include <sched.h>
#include <unistd.h>

#include "framework/base/catch.hpp"
#include "framework/base/process.hpp"

using namespace refrag::base;

namespace {

Clock::duration gone_after(FairClock& clock, Clock::duration real) {
  const auto start = clock.now();
  const auto end = Deadline::in(real);
  while (!end.expired()) clock.now();
  return clock.now() - start;
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
  FairClock clock(sleeper.pid());
  CHECK(gone_after(clock, milliseconds(200)) > milliseconds(150));
}

TEST_CASE("time passes more slowly for a process that others keep from running", "[base]") {
  std::vector<Process> crowd;
  for (int i = 0; i < 4; ++i) {
    crowd.push_back(Process::start({.argv = {"sh", "-c", "while :; do :; done"}}));
    keep_to_one_processor(crowd.back().pid());
  }
  FairClock clock(crowd.front().pid());
  CHECK(gone_after(clock, milliseconds(400)) < milliseconds(250));
}

TEST_CASE("for a process that is gone the clock is the usual one", "[base]") {
  FairClock clock(0);
  CHECK(gone_after(clock, milliseconds(100)) >= milliseconds(70));
}
