// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/ends.hpp"

#include <algorithm>

#include "framework/base/catch.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag::bisect;
using namespace refrag::bisect::simulated;

TEST_CASE("ends that were not given step inward, past what cannot be judged", "[bisect]") {
  std::vector<bool> dead(40);
  std::fill(dead.begin(), dead.begin() + 3, true);
  dead[39] = dead[38] = true;
  const auto run =
      search(problem_of(40, Find::fixed), unbootable(dead, changing_behind(20, Find::fixed)));
  CHECK(run.conclusion.ending == Ending::found);
  CHECK(run.conclusion.older == 20);
  CHECK(search(problem_of(40, Find::fixed), unbootable(std::vector<bool>(40, true), {}))
            .conclusion.ending == Ending::unjudged);
}

TEST_CASE("kernels older than the bug are stepped over to find its fix", "[bisect]") {
  const auto run = search(problem_of(48, Find::fixed), [](std::size_t build) {
    return build >= 6 && build <= 30 ? Answer::broken("bug") : Answer::fixed();
  });
  CHECK(run.conclusion.ending == Ending::found);
  CHECK(run.conclusion.older == 30);
}

TEST_CASE("ends that were given are taken, and a wrong one is said to be wrong", "[bisect]") {
  auto problem = problem_of(40, Find::broken);
  problem.older_end = 10;
  problem.newer_end = 20;
  const auto run = search(problem, changing_behind(13, Find::broken));
  CHECK(run.conclusion.older == 13);
  for (const auto build : builds_of(run)) CHECK((build >= 10 && build <= 20));

  CHECK(search(problem, changing_behind(25, Find::broken)).conclusion.ending == Ending::ends_alike);
  CHECK(search(problem, changing_behind(5, Find::broken)).conclusion.ending == Ending::ends_alike);
  CHECK(search(problem, changing_behind(13, Find::fixed)).conclusion.ending ==
        Ending::ends_swapped);
  std::vector<bool> dead(40);
  dead[20] = true;
  CHECK(search(problem, unbootable(dead, changing_behind(13, Find::broken))).conclusion.ending ==
        Ending::unjudged);
}

TEST_CASE("a series without a change has no answer", "[bisect]") {
  for (const auto find : senses) {
    for (const auto& answer : {Answer::fixed(), Answer::broken("bug")}) {
      const auto run = search(problem_of(32, find), [&](std::size_t) { return answer; });
      CHECK(run.conclusion.ending == Ending::ends_alike);
      CHECK(run.history.size() <= 25);
    }
  }
}

TEST_CASE("the broken end's signature is the one that counts", "[bisect]") {
  // Another bug from build 10 on; it hides what these builds would show.
  const auto boots = [](std::size_t build) {
    if (build >= 10 && build < 14) return Answer::broken("another bug");
    return build <= 20 ? Answer::broken("bug") : Answer::fixed();
  };
  const auto run = search(problem_of(32, Find::fixed), boots);
  CHECK(run.conclusion.ending == Ending::found);
  CHECK(run.conclusion.older == 20);

  auto problem = problem_of(32, Find::broken);
  problem.signature = "wanted";
  const auto given = search(problem, [](std::size_t build) {
    if (build == 31) return Answer::broken("another bug");
    return build > 7 ? Answer::broken("wanted") : Answer::fixed();
  });
  CHECK(given.conclusion.ending == Ending::found);
  CHECK(given.conclusion.older == 7);
}
