// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/fair_clock.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace refrag::base {
namespace {

constexpr auto between_looks = milliseconds(20);

// How long the thread that waited most has waited: the second number of schedstat.
Clock::duration longest_wait(pid_t process) {
  std::int64_t longest = 0;
  std::error_code gone;
  const auto threads = "/proc/" + std::to_string(process) + "/task";
  for (const auto& thread : std::filesystem::directory_iterator(threads, gone)) {
    std::int64_t ran = 0, waited = 0;
    if (std::ifstream(thread.path() / "schedstat") >> ran >> waited) {
      longest = std::max(longest, waited);
    }
  }
  return std::chrono::nanoseconds(longest);
}

}  // namespace

FairClock::FairClock(pid_t process)
    : process_(process),
      at_start_(longest_wait(process)),
      waited_(at_start_),
      looked_(Clock::now()),
      now_(looked_) {}

Clock::time_point FairClock::now() {
  const auto usual = Clock::now();
  if (usual - looked_ >= between_looks) {
    waited_ = std::max(waited_, longest_wait(process_));
    looked_ = usual;
  }
  now_ = std::max(now_, usual - (waited_ - at_start_));
  return now_;
}

}  // namespace refrag::base
