// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/problem.hpp"

#include <algorithm>
#include <bit>
#include <set>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/version.hpp"

namespace refrag::bisect {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& next) {
  throw base::Error(base::Fault::usage, what, next);
}

void check_ends(const Problem& problem) {
  const auto last = problem.builds.size() - 1;
  const auto older = problem.older_end.value_or(0);
  const auto newer = problem.newer_end.value_or(last);
  if (older > last || newer > last) refuse("an end is not among the builds", "name one of them");
  if (older >= newer) {
    refuse(fmt::format("the older end, {}, does not come before the newer end, {}",
                       problem.builds[older].label, problem.builds[newer].label),
           "exchange them, or look for the opposite");
  }
}

}  // namespace

std::size_t quiet_boots(const Problem& problem) {
  return std::bit_width(problem.builds.size() - 1) + 6u;
}

std::size_t max_boots(const Problem& problem) {
  if (problem.max_boots > 0) return problem.max_boots;
  const double repeats = problem.notice ? 10 / *problem.notice : 0;
  return 30 * quiet_boots(problem) + static_cast<std::size_t>(repeats);
}

double wanted_confidence(const Problem& problem) { return problem.confidence.value_or(0.99); }

void check(const Problem& problem) {
  if (problem.builds.size() < 2) {
    refuse(fmt::format("{} builds are too few to search", problem.builds.size()),
           "give at least two");
  }
  std::set<std::string> labels;
  for (const auto& build : problem.builds) {
    if (!labels.insert(build.label).second) {
      refuse(fmt::format("two builds are called {}", build.label), "give each of them once");
    }
  }
  if (const auto wanted = wanted_confidence(problem); !(wanted >= 0.5 && wanted <= 0.999)) {
    refuse(fmt::format("a confidence of {} cannot be had", wanted), "give one of 0.5 to 0.999");
  }
  if (const auto wanted = problem.notice.value_or(1); !(wanted >= 0.01 && wanted <= 1)) {
    refuse(fmt::format("a bug that shows in {} of the boots cannot be noticed", wanted),
           "give a share of 0.01 to 1");
  }
  check_ends(problem);
}

void sort_by_version(std::vector<Build>& builds) {
  std::ranges::stable_sort(builds, [](const Build& a, const Build& b) {
    return base::compare_versions(a.version, b.version) < 0;
  });
}

}  // namespace refrag::bisect
