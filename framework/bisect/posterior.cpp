// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/posterior.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace refrag::bisect {

namespace {

// The first rate stands for "never" (a rate of 0 could not be unlearned); only misses can be as
// frequent as the last one: a bug that shows now and then.
constexpr std::array levels = {0.001, 0.03, 0.1, 0.2, 0.3, 0.4, 0.8};
constexpr std::size_t alarm_levels = levels.size() - 1;

// Prior weights under which simulated searches keep what they state, with noise of 0 to 30 % of all
// sorts (misses, alarms, both), also when none of them is without: simulated_test.cpp.
constexpr double weight_of(std::size_t miss, std::size_t alarm) {
  constexpr double never = 0.4;
  constexpr double other = 0.12;
  const auto of = [](std::size_t level) {
    return level == 0 ? never : level < alarm_levels ? other : other / 4;
  };
  const bool is_symmetric = miss == alarm && miss > 0;
  return of(miss) * of(alarm) * (is_symmetric ? 4 : 1);
}

// How likely a broken build is odd.
double odd_share(std::size_t builds) {
  return 1 / static_cast<double>(std::max<std::size_t>(builds, 32));
}

// Each as a logarithm: the probability of the very answers of a build that errs at a rate, ...
double log_at(double rate, int right, int wrong) {
  return right * std::log1p(-rate) + wrong * std::log(rate);
}

// ... and of one that answers either way with any rate alike: right! wrong! / (right + wrong + 1)!
double log_of_an_odd_build(int right, int wrong) {
  return std::lgamma(right + 1) + std::lgamma(wrong + 1) - std::lgamma(right + wrong + 2);
}

using ByLevel = std::array<double, levels.size()>;

// The probability of a build's answers, as a share of what explains them best.
struct Sides {
  ByLevel broken = {};  // if the build is broken, by the rate of misses
  ByLevel fixed = {};   // if it is fixed, by the rate of alarms
};

Sides sides_of(int broken, int fixed, double odd) {
  constexpr double least = 1e-25;  // or rounding would leave nothing to compare
  const double if_odd = log_of_an_odd_build(broken, fixed);
  Sides logs;
  double best = if_odd;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    logs.broken[i] = log_at(levels[i], broken, fixed);
    logs.fixed[i] = log_at(levels[i], fixed, broken);
    best = std::max({best, logs.broken[i], logs.fixed[i]});
  }
  Sides sides;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    sides.broken[i] =
        least + (1 - odd) * std::exp(logs.broken[i] - best) + odd * std::exp(if_odd - best);
    sides.fixed[i] = least + std::exp(logs.fixed[i] - best);
  }
  return sides;
}

// Adds what a pair of rates says: the product of the builds before each stretch being in the older
// state and those behind it in the newer.
void add(std::vector<Stretch>& stretches, std::span<const Sides> sides, Find find, std::size_t miss,
         std::size_t alarm) {
  const auto likelihood = [&](std::size_t build, bool is_broken) {
    return is_broken ? sides[build].broken[miss] : sides[build].fixed[alarm];
  };
  const bool older_is_broken = find == Find::fixed;
  double here = weight_of(miss, alarm);
  for (std::size_t i = 0; i < sides.size(); ++i) here *= likelihood(i, !older_is_broken);
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    stretches[i].mass += here * stretches[i].places;
    if (i < sides.size()) here *= likelihood(i, older_is_broken) / likelihood(i, !older_is_broken);
  }
}

std::vector<Stretch> stretches_between(std::span<const Judged> judged, Outside outside) {
  std::vector<Stretch> stretches(judged.size() + 1);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    stretches[i].newer = judged[i].build;
    stretches[i + 1].older = judged[i].build;
    if (i > 0) stretches[i].places = static_cast<double>(judged[i].build - judged[i - 1].build);
  }
  stretches.front().places = outside.all_newer;
  stretches.back().places = outside.all_older;
  return stretches;
}

}  // namespace

std::vector<Stretch> locate(std::span<const Judged> judged, Find find, std::size_t builds,
                            Outside outside) {
  auto stretches = stretches_between(judged, outside);
  std::vector<Sides> sides;
  sides.reserve(judged.size());
  const double odd = odd_share(builds);
  for (const auto& build : judged) {
    const int broken = find == Find::fixed ? build.older : build.newer;
    const int fixed = find == Find::fixed ? build.newer : build.older;
    sides.push_back(sides_of(broken, fixed, odd));
  }
  for (std::size_t miss = 0; miss < levels.size(); ++miss) {
    for (std::size_t alarm = 0; alarm < alarm_levels; ++alarm) {
      if (levels[miss] + levels[alarm] < 0.85) add(stretches, sides, find, miss, alarm);
    }
  }
  double all = 0;
  for (const auto& stretch : stretches) all += stretch.mass;
  for (auto& stretch : stretches) stretch.mass /= all;
  return stretches;
}

}  // namespace refrag::bisect
