// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/outcome.hpp"

#include <vector>

#include "framework/base/catch.hpp"

using namespace refrag::verdict;

namespace {
const std::vector<Outcome> all = {Outcome::passed, Outcome::skipped, Outcome::broken,
                                  Outcome::failed, Outcome::hung,    Outcome::crashed};
}

TEST_CASE("every outcome comes back from its word", "[verdict]") {
  for (const auto outcome : all) CHECK(outcome_from(to_text(outcome)) == outcome);
  CHECK_FALSE(outcome_from("pass"));
  CHECK_FALSE(outcome_from(""));
}

TEST_CASE("the worst outcome wins, and no outcome at all is not a pass", "[verdict]") {
  CHECK(worst(all) == Outcome::crashed);
  CHECK(worst(std::vector{Outcome::failed, Outcome::broken}) == Outcome::failed);
  CHECK(worst(std::vector{Outcome::skipped, Outcome::passed}) == Outcome::skipped);
  CHECK_FALSE(worst({}));
}

TEST_CASE("only the kernel's faults are findings", "[verdict]") {
  CHECK_FALSE(is_finding(Outcome::passed));
  CHECK_FALSE(is_finding(Outcome::skipped));
  CHECK_FALSE(is_finding(Outcome::broken));
  CHECK(is_finding(Outcome::failed));
  CHECK(is_finding(Outcome::hung));
  CHECK(is_finding(Outcome::crashed));
}
