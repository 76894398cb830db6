// SPDX-License-Identifier: GPL-2.0-or-later
// Where the change is, as a probability, from answers that may be wrong.
//
// What is asked: a build has the bug when it shows it, be it now and then. A pair is right when one
// of the two has it and the other has not, in the order that is looked for.
//
// What is assumed: every build is in the older state up to one place and in the newer state after
// it, all places equally likely before the first boot. The test errs on all builds alike: a broken
// one may answer "fixed" (a miss), a fixed one "broken" (an alarm), at rates that nobody knows.
// They are averaged over a grid of rates by how well each explains the answers, so that
// contradictions raise the noise that is reckoned with and agreement lowers it. Besides, one build
// of a series (of fewer than 32, one in 32) is reckoned to be odd, any of them alike: it has the
// bug and shows it at a rate of its own, any rate alike, so that "fixed" says little of it however
// often it is repeated.
//
// What that is worth: by Bayes' rule the share of wrong pairs among those named with some doubt is
// that doubt, over series that are drawn so, whatever a search asks and whenever it stops. It does
// not hold for a series chosen against it: a broken build right at the change that seldom shows its
// bug is a fixed one for whoever boots it a few times. noticed.hpp says what holds there.
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
