// SPDX-License-Identifier: GPL-2.0-or-later
// The fewest and smallest frames that still show what a scenario showed. Pure: whether a smaller
// one shows it is asked of the caller, who sends it through a bridge, real or made up.
#pragma once

#include <functional>

#include "framework/explore/scenario.hpp"

namespace refrag::explore {

using Shows = std::function<bool(const Scenario&)>;

struct Shrunk {
  Scenario scenario;
  int tries = 0;
  bool is_least = false;  // no further step kept it; false where the tries ran out
};

// `plain` are the knobs' values that count as simpler. The result was shown by the last try that
// said so; it is the scenario itself when no smaller one shows it.
Shrunk shrink(const Scenario& scenario, const Shows& shows, const Knobs& plain, int most_tries);

// The steps from here, boldest first. What they lead to is legal, and smaller in one thing.
std::vector<Scenario> simpler(const Scenario& scenario, const Knobs& plain);

}  // namespace refrag::explore
