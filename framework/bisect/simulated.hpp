// SPDX-License-Identifier: GPL-2.0-or-later
// For tests: made-up series of builds whose boots answer as told, and searches over them.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "framework/bisect/search.hpp"

namespace refrag::bisect::simulated {

constexpr Find senses[] = {Find::fixed, Find::broken};

using Boots = std::function<Answer(std::size_t build)>;

inline Problem problem_of(std::size_t builds, Find find) {
  Problem problem;
  problem.find = find;
  for (std::size_t i = 0; i < builds; ++i) problem.builds.push_back({fmt::format("b{}", i)});
  return problem;
}

// Without noise, the state changes right behind the build `place`.
inline Boots changing_behind(std::size_t place, Find find) {
  return [=](std::size_t build) {
    return (build <= place) == (find == Find::fixed) ? Answer::broken("bug") : Answer::fixed();
  };
}

// Like `inner`, but some builds do not boot.
inline Boots unbootable(std::vector<bool> which, Boots inner) {
  return [which = std::move(which), inner = std::move(inner)](std::size_t build) {
    return which[build] ? Answer::cannot_judge("does not boot") : inner(build);
  };
}

struct Run {
  Conclusion conclusion = {};
  std::vector<Boot> history = {};
  std::size_t rounds = 0;
};

inline Run search(const Problem& problem, const Boots& boot, std::size_t jobs = 1) {
  Run run;
  for (;; ++run.rounds) {
    const auto step = next(problem, run.history, jobs);
    if (const auto* conclusion = std::get_if<Conclusion>(&step)) {
      run.conclusion = *conclusion;
      return run;
    }
    for (const auto build : std::get<Probes>(step)) run.history.push_back({build, boot(build)});
  }
}

inline std::vector<std::size_t> builds_of(const Run& run) {
  std::vector<std::size_t> builds;
  for (const auto& boot : run.history) builds.push_back(boot.build);
  return builds;
}

inline bool named_a_pair(const Run& run) {
  return run.conclusion.ending == Ending::found || run.conclusion.ending == Ending::blocked;
}

// The same numbers everywhere, which <random>'s distributions do not promise.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) { return engine_() % limit; }
  bool happens(double probability) {
    return static_cast<double>(engine_() >> 11) * 0x1p-53 < probability;
  }

 private:
  std::mt19937_64 engine_;
};

enum class Truth { fixed, broken, unbootable, other_bug };

// A build that has the bug and shows it at this rate.
struct Odd {
  std::size_t build = 0;
  double rate = 1;
};

// A series as it is, and how its boots mislead.
struct World {
  Find find = Find::fixed;
  std::vector<Truth> builds = {};
  double miss = 0;   // a broken build answers "fixed"
  double alarm = 0;  // a fixed one "broken"
  std::optional<Odd> odd = {};

  // Broken up to `place`, or behind it.
  static World changing_behind(std::size_t place, std::size_t builds, Find find) {
    World world{find};
    for (std::size_t i = 0; i < builds; ++i) {
      const bool is_broken = (i <= place) == (find == Find::fixed);
      world.builds.push_back(is_broken ? Truth::broken : Truth::fixed);
    }
    return world;
  }

  void make_odd(Odd build) {
    odd = build;
    builds[build.build] = Truth::broken;
  }

  Answer boot(std::size_t build, Dice& dice) const {
    switch (builds[build]) {
      case Truth::unbootable:
        return Answer::cannot_judge("does not boot");
      case Truth::other_bug:
        return Answer::broken("another bug");
      case Truth::fixed:
        return dice.happens(alarm) ? Answer::broken("bug") : Answer::fixed();
      case Truth::broken:
        break;
    }
    const double silent = odd && build == odd->build ? 1 - odd->rate : miss;
    return dice.happens(silent) ? Answer::fixed() : Answer::broken("bug");
  }

  // The builds that a search names are in the states that it says; posterior.hpp.
  bool agrees(const Conclusion& named) const {
    const auto older = find == Find::fixed ? Truth::broken : Truth::fixed;
    const auto newer = find == Find::fixed ? Truth::fixed : Truth::broken;
    return builds[named.older] == older && builds[named.newer] == newer;
  }

  // One of them shows the bug more seldom than what the search says to have noticed.
  bool is_beyond_notice(const Conclusion& named) const {
    return odd && odd->rate < named.noticed &&
           (odd->build == named.older || odd->build == named.newer);
  }
};

// What was stated against what was so.
struct Account {
  int answers = 0;
  int wrong = 0;
  double doubt = 0;  // the sum of what was stated

  void add(const Conclusion& said, bool is_right) {
    ++answers;
    wrong += is_right ? 0 : 1;
    doubt += said.confidence > 0 ? 1 - said.confidence : 0;  // 0: nothing is stated
  }
};

// More than three standard deviations over what was stated is no accident.
inline bool is_kept(int wrong, double stated) { return wrong <= stated + 3 * std::sqrt(stated); }

}  // namespace refrag::bisect::simulated
