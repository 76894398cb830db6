// SPDX-License-Identifier: GPL-2.0-or-later
// Runs a search to its end: boots what next() wants, keeps every answer, retries what failed for
// reasons of our own.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "framework/bisect/search.hpp"
#include "framework/bisect/state.hpp"

namespace refrag::bisect {

// Boots a build and judges it; `boot` is a number that no answer so far has (Boot::number), but a
// boot that was killed may have had. A base::Error with Fault::lab that leaves it counts as an
// infrastructure answer; every other exception ends the search. Called from several threads when
// there are several jobs.
using Probe = std::function<Answer(std::size_t build, std::size_t boot)>;

struct Progress {
  std::vector<std::size_t> builds;  // about to be booted
  std::size_t boots = 0;            // answers so far, faults of the infrastructure apart
  std::size_t rounds_left = 0;      // these included, if nothing new goes wrong
  double seconds_left = 0;          // from how long boots took; 0 before the first
};

struct Drive {
  std::size_t jobs = 1;
  int faults_in_a_row = 3;  // of the infrastructure, which end the search
  std::function<void(const Progress&)> on_round = {};
  std::function<void(const Boot&)> on_answer = {};  // on disk already; one call at a time
};

// Throws Error (lab) after too many faults in a row and when the state cannot be written: nothing
// is lost then, the search can be resumed. Whatever leaves it, no probe is still running.
Conclusion drive(State& state, const Probe& probe, const Drive& options = {});

}  // namespace refrag::bisect
