// SPDX-License-Identifier: GPL-2.0-or-later
// Searches some of whose answers are wrong, and what they state then. See simulated_test.cpp and
// families_test.cpp for how often that is right.
#include <algorithm>
#include <utility>

#include "framework/base/catch.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag::bisect;
using namespace refrag::bisect::simulated;

TEST_CASE("a history that goes back for a while ends at a true change or without an answer",
          "[bisect]") {
  for (std::size_t from = 1; from < 30; ++from) {
    for (std::size_t to = from + 1; to < 31; ++to) {
      const auto is_fixed = [&](std::size_t build) {
        return (build >= from && build < to) || build >= 40;
      };
      const auto run = search(problem_of(48, Find::fixed), [&](std::size_t build) {
        return is_fixed(build) ? Answer::fixed() : Answer::broken("bug");
      });
      CAPTURE(from, to);
      if (run.conclusion.ending == Ending::found) {
        REQUIRE_FALSE(is_fixed(run.conclusion.older));
        REQUIRE(is_fixed(run.conclusion.newer));
      } else {
        REQUIRE(run.conclusion.ending == Ending::not_monotone);
      }
    }
  }
}

TEST_CASE("one stray answer is found out and costs boots, not the answer", "[bisect]") {
  for (std::size_t place = 0; place < 31; ++place) {
    for (std::size_t stray = 0; stray < 10; ++stray) {
      std::size_t boots = 0;
      const auto run = search(problem_of(32, Find::fixed), [&](std::size_t build) {
        const auto truth = changing_behind(place, Find::fixed)(build);
        if (boots++ != stray) return truth;
        return truth.kind == Kind::fixed ? Answer::broken("bug") : Answer::fixed();
      });
      CAPTURE(place, stray);
      REQUIRE(run.conclusion.ending == Ending::found);
      REQUIRE(run.conclusion.older == place);
      REQUIRE(run.conclusion.confidence >= 0.99);
    }
  }
}

TEST_CASE("a build that did not come up once does not block the answer", "[bisect]") {
  for (std::size_t place = 1; place < 30; ++place) {
    bool came_up = false;
    const auto run = search(problem_of(32, Find::fixed), [&](std::size_t build) {
      if (build == place && !std::exchange(came_up, true)) return Answer::cannot_judge("hangs");
      return changing_behind(place, Find::fixed)(build);
    });
    CAPTURE(place);
    REQUIRE(run.conclusion.ending == Ending::found);
    REQUIRE(run.conclusion.older == place);
  }
}

TEST_CASE("a build that boots only now and then is noise, and takes surer answers", "[bisect]") {
  for (std::size_t place = 0; place < 31; ++place) {
    bool boots = true;
    const auto run = search(problem_of(32, Find::fixed), [&](std::size_t build) {
      if (build == place + 1 && !std::exchange(boots, !boots)) return Answer::cannot_judge("panic");
      return changing_behind(place, Find::fixed)(build);
    });
    CAPTURE(place);
    REQUIRE(run.conclusion.ending == Ending::found);
    REQUIRE(run.conclusion.older == place);
    REQUIRE(run.conclusion.confidence >= 0.99);
  }
}

TEST_CASE("a confidence that was asked for is reached", "[bisect]") {
  for (const double wanted : {0.9, 0.99, 0.999}) {
    auto problem = problem_of(64, Find::fixed);
    problem.confidence = wanted;
    for (std::size_t place = 0; place < 63; ++place) {
      const auto run = search(problem, changing_behind(place, Find::fixed));
      REQUIRE(run.conclusion.ending == Ending::found);
      REQUIRE(run.conclusion.older == place);
      REQUIRE(run.conclusion.confidence >= wanted);
    }
  }
}

TEST_CASE("a bug that is to be noticed however seldom it shows costs boots of the fixed build",
          "[bisect]") {
  for (const auto find : senses) {
    for (const double rate : {0.5, 0.2, 0.05, 0.01}) {
      auto problem = problem_of(33, find);
      problem.notice = rate;
      const auto run = search(problem, changing_behind(20, find));
      CAPTURE(rate);
      REQUIRE(run.conclusion.ending == Ending::found);
      REQUIRE(run.conclusion.older == 20);
      REQUIRE(run.conclusion.noticed <= rate);
      REQUIRE(run.conclusion.confidence >= 0.95);
      const auto fixed = find == Find::fixed ? run.conclusion.newer : run.conclusion.older;
      const auto others =
          run.history.size() - static_cast<std::size_t>(std::ranges::count(builds_of(run), fixed));
      REQUIRE(others <= quiet_boots(problem));
    }
  }
}

TEST_CASE("boots that say nothing end without an answer when they are used up", "[bisect]") {
  Dice dice(3);
  auto problem = problem_of(32, Find::fixed);
  int named = 0;
  for (int i = 0; i < 50; ++i) {
    const auto run = search(problem, [&](std::size_t) {
      return dice.happens(0.5) ? Answer::fixed() : Answer::broken("bug");
    });
    named += named_a_pair(run) ? 1 : 0;
    REQUIRE(run.history.size() <= max_boots(problem));
  }
  CHECK(named <= 2);

  problem.max_boots = 7;
  const auto run = search(problem, changing_behind(20, Find::fixed));
  CHECK(run.history.size() == 7);
  CHECK(run.conclusion.ending == Ending::noisy);
  CHECK(run.conclusion.older <= 20);
  CHECK(run.conclusion.newer > 20);
  CHECK(run.conclusion.confidence >= 0.95);
}
