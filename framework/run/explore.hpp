// SPDX-License-Identifier: GPL-2.0-or-later
// Random traffic through one booted kernel after the other, judged by the oracle alone: a search
// for violations that nobody wrote a test for. What is found is made as small as it gets, sent
// again for its rate, and kept as a case that can be replayed.
#pragma once

#include <cstdint>
#include <string>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"

namespace refrag::run {

struct ExploreOptions {
  std::string kernel;
  base::Clock::duration budget;  // from the first frame
  std::uint64_t seed = 1;
  base::fs::path out;
  bool resume = false;    // go on where the folder's explore.json ends
  base::fs::path replay;  // a case: sends it and nothing else
  int repeats = 20;       // of what was found
};

// Exit code: 1 when anything was found (or shown again), 0 when not. Throws Error.
int explore(const ExploreOptions& options);

}  // namespace refrag::run
