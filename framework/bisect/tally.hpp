// SPDX-License-Identifier: GPL-2.0-or-later
// The boots so far, counted by build. The older and the newer state are `broken` and `fixed` when a
// fix is looked for, and the other way round when a break is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "framework/bisect/problem.hpp"

namespace refrag::bisect {

struct Tally {
  int older = 0;     // answers that show the older state
  int newer = 0;     // and the newer
  int unjudged = 0;  // could not be judged, or another signature

  int judged() const { return older + newer; }
  // Steps around it: it has been asked and seldom says anything.
  bool is_skipped() const { return unjudged > judged(); }
};

struct Tallies {
  std::string signature = {};             // what counts as broken
  std::vector<Tally> of = {};             // by build
  std::vector<std::size_t> judged = {};   // the build of each answer that counts, as they came
  std::vector<std::size_t> skipped = {};  // builds, in their order
  std::size_t boots = 0;                  // all but faults of the infrastructure
};

// What an answer counts as: broken with another signature than the one searched for is
// other_signature.
Kind counts_as(const Answer& answer, const std::string& signature);

Tallies tally(const Problem& problem, History history);

}  // namespace refrag::bisect
