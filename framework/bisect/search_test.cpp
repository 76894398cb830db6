// SPDX-License-Identifier: GPL-2.0-or-later
// Searches in which no answer is wrong; ends_test.cpp and noise_test.cpp have the others.
#include "framework/bisect/search.hpp"

#include <algorithm>

#include "framework/base/catch.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag::bisect;
using namespace refrag::bisect::simulated;

TEST_CASE("every place in up to 64 builds is found within ceil(log2 N) + 6 boots", "[bisect]") {
  for (const auto find : senses) {
    for (std::size_t builds = 2; builds <= 64; ++builds) {
      const auto problem = problem_of(builds, find);
      for (std::size_t place = 0; place + 1 < builds; ++place) {
        const auto run = search(problem, changing_behind(place, find));
        CAPTURE(builds, place);
        REQUIRE(run.conclusion.ending == Ending::found);
        REQUIRE(run.conclusion.older == place);
        REQUIRE(run.conclusion.newer == place + 1);
        REQUIRE(run.conclusion.confidence >= 0.75);
        REQUIRE(run.history.size() <= quiet_boots(problem));
      }
    }
  }
}

TEST_CASE("both ends are asked first, alternately and twice, the broken one before the other",
          "[bisect]") {
  const auto first = [](Find find) {
    auto builds = builds_of(search(problem_of(32, find), changing_behind(11, find)));
    builds.resize(4);
    return builds;
  };
  CHECK(first(Find::fixed) == std::vector<std::size_t>{0, 31, 0, 31});
  CHECK(first(Find::broken) == std::vector<std::size_t>{31, 0, 31, 0});
}

TEST_CASE("the pair has been asked in alternation, each twice", "[bisect]") {
  for (std::size_t place = 0; place < 31; ++place) {
    const auto builds =
        builds_of(search(problem_of(32, Find::fixed), changing_behind(place, Find::fixed)));
    std::size_t turns = 0;
    auto last = std::size_t{32};
    for (const auto build : builds) {
      if ((build != place && build != place + 1) || build == last) continue;
      last = build;
      ++turns;
    }
    CHECK(turns >= 4);
    CHECK(std::ranges::count(builds, place) >= 2);
    CHECK(std::ranges::count(builds, place + 1) >= 2);
  }
}

TEST_CASE("more jobs find the same pair in fewer rounds", "[bisect]") {
  constexpr std::size_t most = 8;
  std::size_t rounds[most + 1] = {};
  for (const auto find : senses) {
    for (std::size_t place = 0; place < 63; ++place) {
      for (std::size_t jobs = 1; jobs <= most; ++jobs) {
        const auto run = search(problem_of(64, find), changing_behind(place, find), jobs);
        REQUIRE(run.conclusion.ending == Ending::found);
        REQUIRE(run.conclusion.older == place);
        rounds[jobs] += run.rounds;
      }
    }
  }
  CHECK(rounds[2] < rounds[1] * 2 / 3);
  CHECK(rounds[3] < rounds[2]);
  CHECK(rounds[8] < rounds[1] * 3 / 5);
}

TEST_CASE("builds that cannot be judged are stepped around and bound the answer if they must",
          "[bisect]") {
  Dice dice(1);
  for (int i = 0; i < 500; ++i) {
    const auto find = senses[i % 2];
    const auto builds = 3 + dice.below(60);
    const auto place = dice.below(builds - 1);
    std::vector<bool> dead(builds);
    for (std::size_t build = 1; build + 1 < builds; ++build) dead[build] = dice.happens(0.3);
    const auto run =
        search(problem_of(builds, find), unbootable(dead, changing_behind(place, find)));
    auto older = place;
    while (dead[older]) --older;
    auto newer = place + 1;
    while (dead[newer]) ++newer;
    CAPTURE(builds, place);
    REQUIRE(run.conclusion.older == older);
    REQUIRE(run.conclusion.newer == newer);
    REQUIRE(run.conclusion.ending == (newer - older == 1 ? Ending::found : Ending::blocked));
  }
}

TEST_CASE("a long run of dead builds in the middle costs a few boots, not all of them",
          "[bisect]") {
  std::vector<bool> dead(64);
  std::fill(dead.begin() + 20, dead.begin() + 44, true);
  const auto run =
      search(problem_of(64, Find::fixed), unbootable(dead, changing_behind(50, Find::fixed)));
  CHECK(run.conclusion.older == 50);
  CHECK(run.conclusion.ending == Ending::found);
  CHECK(run.history.size() <= quiet_boots(problem_of(64, Find::fixed)) + 3);
}

TEST_CASE("which of two boots in flight ends first does not decide what counts as broken",
          "[bisect]") {
  const std::vector<Boot> one = {{0, Answer::broken("bug")}, {31, Answer::broken("another")}};
  const std::vector<Boot> other = {one[1], one[0]};
  const auto problem = problem_of(32, Find::fixed);
  CHECK(next(problem, one, 2) == next(problem, other, 2));
}

TEST_CASE("faults of the infrastructure change nothing, wherever they come", "[bisect]") {
  const auto problem = problem_of(32, Find::fixed);
  const auto run = search(problem, changing_behind(9, Find::fixed));
  for (std::size_t i = 0; i <= run.history.size(); ++i) {
    std::vector<Boot> history(run.history.begin(),
                              run.history.begin() + static_cast<std::ptrdiff_t>(i));
    const auto undisturbed = next(problem, history);
    for (std::size_t at = 0; at <= i; ++at) {
      auto disturbed = history;
      disturbed.insert(disturbed.begin() + static_cast<std::ptrdiff_t>(at),
                       {at % 32, Answer::infrastructure("no QEMU")});
      REQUIRE(next(problem, disturbed) == undisturbed);
    }
  }
}

TEST_CASE("the rounds that are left come down to none", "[bisect]") {
  for (std::size_t place = 0; place < 39; ++place) {
    const auto problem = problem_of(40, Find::broken);
    const auto run = search(problem, changing_behind(place, Find::broken));
    for (std::size_t done = 0; done <= run.history.size(); ++done) {
      const auto left = rounds_left(problem, History(run.history).first(done));
      REQUIRE(left + done <= quiet_boots(problem));
      REQUIRE(left + done + 1 >= run.history.size());
    }
    CHECK(rounds_left(problem, run.history) == 0);
  }
}
