// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/noticed.hpp"

#include <cmath>

#include "framework/base/catch.hpp"

using refrag::bisect::noticed;

TEST_CASE("silent boots rule out what would have shown in them", "[bisect]") {
  for (const double doubt : {0.2, 0.05, 0.01}) {
    for (int boots = 1; boots <= 100; ++boots) {
      CHECK(std::pow(1 - noticed(0, boots, doubt), boots) == Approx(doubt));
    }
  }
  CHECK(noticed(0, 59, 0.05) == Approx(0.05).epsilon(0.02));  // the rule of three
}

TEST_CASE("a build that showed the bug is further from ruling it out", "[bisect]") {
  CHECK(noticed(1, 20, 0.05) > noticed(0, 20, 0.05));
  CHECK(noticed(5, 10, 0.05) == Approx(0.7776).epsilon(0.001));
}

TEST_CASE("nothing is ruled out without boots, and little without doubt", "[bisect]") {
  CHECK(noticed(0, 0, 0.05) == 1);
  CHECK(noticed(3, 3, 0.05) == 1);
  CHECK(noticed(0, 3, 0) > 0.99);
}
