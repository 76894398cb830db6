// SPDX-License-Identifier: GPL-2.0-or-later
// What the search states, against series that are worse than random ones: each has a build that
// has the bug and shows it in a share of its boots only, at a chosen place, in series of 2 to 70
// builds. Nothing else misleads.
#include "framework/base/catch.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag::bisect;
using namespace refrag::bisect::simulated;

namespace {

enum class Where { at_the_change, next_to_it, far_from_it, anywhere };

constexpr std::size_t lengths[] = {2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 20, 24, 32, 33, 40, 48, 64, 70};
constexpr Where places[] = {Where::at_the_change, Where::next_to_it, Where::far_from_it,
                            Where::anywhere};

// How far the odd build is inside the broken ones.
std::size_t depth_of(Where where, Dice& dice) {
  switch (where) {
    case Where::at_the_change:
      return 0;
    case Where::next_to_it:
      return 1;
    case Where::far_from_it:
    case Where::anywhere:
      break;
  }
  return 3 + dice.below(60);
}

// None when the series has no such place.
std::optional<std::size_t> odd_place(Where where, std::size_t place, std::size_t builds, Find find,
                                     Dice& dice) {
  if (where == Where::anywhere) return dice.below(builds);
  const auto depth = depth_of(where, dice);
  const bool is_inside = find == Find::fixed ? depth <= place : place + 1 + depth < builds;
  if (!is_inside) return std::nullopt;
  return find == Find::fixed ? place - depth : place + 1 + depth;
}

struct Family {
  int searches = 0;
  int pairs = 0;         // that were named
  Account answers = {};  // these, and ranges where the boots did not allow a pair
};

// Searches over series of a family; what a search says not to have noticed is not held against it.
Family search_family(Where where, double rate, std::optional<double> notice, int of_each_length) {
  Dice dice(20261123);
  Family family;
  for (int i = 0; i < of_each_length; ++i) {
    for (const auto builds : lengths) {
      const auto find = i % 2 == 0 ? Find::fixed : Find::broken;
      const auto place = dice.below(builds - 1);
      const auto odd = odd_place(where, place, builds, find, dice);
      if (!odd) continue;
      auto world = World::changing_behind(place, builds, find);
      world.make_odd({*odd, rate});
      auto problem = problem_of(builds, find);
      problem.signature = "bug";
      problem.notice = notice;
      const auto run = search(problem, [&](std::size_t build) { return world.boot(build, dice); });
      const auto& said = run.conclusion;
      ++family.searches;
      family.pairs += named_a_pair(run) ? 1 : 0;
      if (said.confidence == 0) continue;
      family.answers.add(said, world.agrees(said) || world.is_beyond_notice(said));
    }
  }
  return family;
}

void check(const Family& family) {
  const auto& [answers, wrong, doubt] = family.answers;
  CAPTURE(family.searches, family.pairs, answers, wrong, doubt);
  CHECK(family.searches >= 80);
  CHECK(is_kept(wrong, doubt));
}

}  // namespace

TEST_CASE("wherever a build is that shows the bug now and then, what a search states holds",
          "[bisect]") {
  for (const double rate : {0.05, 0.2, 0.5, 0.8}) {
    for (const auto where : places) {
      CAPTURE(rate, static_cast<int>(where));
      const auto family = search_family(where, rate, std::nullopt, 60);
      check(family);
      CHECK(family.pairs >= 0.7 * family.searches);
    }
  }
}

TEST_CASE("a search that is told to notice such a build is not misled by it", "[bisect]") {
  for (const double rate : {0.05, 0.2, 0.5, 0.8}) {
    for (const auto where : places) {
      CAPTURE(rate, static_cast<int>(where));
      check(search_family(where, rate, rate, 40));
    }
  }
}
