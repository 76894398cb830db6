// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/search.hpp"

#include <algorithm>
#include <utility>

#include "framework/base/catch.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag::bisect;
using namespace refrag::bisect::simulated;

namespace {

constexpr Find senses[] = {Find::fixed, Find::broken};

std::vector<std::size_t> builds_of(const Run& run) {
  std::vector<std::size_t> builds;
  for (const auto& boot : run.history) builds.push_back(boot.build);
  return builds;
}

// Like `inner`, but some builds do not boot.
Boots unbootable(std::vector<bool> which, Boots inner) {
  return [which = std::move(which), inner = std::move(inner)](std::size_t build) {
    return which[build] ? Answer::cannot_judge("does not boot") : inner(build);
  };
}

}  // namespace

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

TEST_CASE("which of two boots in flight ends first does not decide what counts as broken",
          "[bisect]") {
  const std::vector<Boot> one = {{0, Answer::broken("bug")}, {31, Answer::broken("another")}};
  const std::vector<Boot> other = {one[1], one[0]};
  const auto problem = problem_of(32, Find::fixed);
  CHECK(next(problem, one, 2) == next(problem, other, 2));
}

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
