// SPDX-License-Identifier: GPL-2.0-or-later
// Where the change is, as a probability, from answers that may be wrong.
//
// Assumed: every build is in the older state up to one place and in the newer state after it, all
// places equally likely before the first boot. A broken build may answer "fixed" (a miss), a fixed
// one "broken" (an alarm), at rates that nobody knows: they are averaged over a grid of rates by
// how well each explains the answers, so that contradictions raise the noise that is reckoned with
// and agreement lowers it. Besides, two builds of every series are reckoned to be odd (of fewer
// than 16, one in eight), any of them alike: an odd one has the bug and shows it at a rate of its
// own, any rate alike, so that "fixed" says little of it however often it is repeated (a kernel
// that fails one boot in five). That a build shows a bug that it has not is much rarer.
//
// What that is worth: by Bayes' rule the share of wrong pairs among those named with some doubt is
// that doubt, over series that are drawn so, whatever a search asks and whenever it stops. Over
// series that come k times as often as is reckoned here it is at most k times as much, so what is
// reckoned with is wide: two odd builds stand for the one that simulated_test.cpp puts into each
// series, and for its rate being small more often than not. Nothing holds for a series chosen
// against it: a broken build right at the change that never shows its bug is a fixed one for
// whoever boots it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "framework/bisect/answer.hpp"

namespace refrag::bisect {

// A build that has been judged, and how often it showed each state.
struct Judged {
  std::size_t build = 0;
  int older = 0;
  int newer = 0;
};

// The places between two judged builds that follow each other; no answer tells them apart.
struct Stretch {
  std::optional<std::size_t> older = {};  // none: before the first judged build, all are newer
  std::optional<std::size_t> newer = {};  // none: behind the last one, all are older
  double places = 1;
  double mass = 0;  // the probability that the change is here

  double each() const { return mass / places; }
};

// What the changes outside the judged builds weigh before the first boot, as places.
struct Outside {
  double all_newer = 1;
  double all_older = 1;
};

// One stretch more than there are judged builds (which are in order); the masses add up to 1. The
// number of builds of the whole series says how rare an odd one is.
std::vector<Stretch> locate(std::span<const Judged> judged, Find find, std::size_t builds,
                            Outside outside = {});

}  // namespace refrag::bisect
