// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/proof.hpp"

#include <algorithm>
#include <optional>

namespace refrag::bisect {

namespace {

constexpr int turns_wanted = 4;  // two each

// The one beyond has never been asked: the build of that side alone speaks for it.
bool is_alone(const Standing& standing, std::size_t build, bool newer) {
  const auto neighbour = standing.beyond(build, newer);
  return neighbour && standing.tallies.of[*neighbour].judged() == 0;
}

// A build that is alone on its side, the fixed one first; else where more of the remaining
// probability is.
bool is_doubt_newer(const Standing& standing, const Stretch& place) {
  const bool newer_is_alone = is_alone(standing, *place.newer, true);
  const bool older_is_alone = is_alone(standing, *place.older, false);
  if (newer_is_alone && older_is_alone) return standing.problem.find == Find::fixed;
  if (newer_is_alone != older_is_alone) return newer_is_alone;
  double balance = 0;
  for (const auto& stretch : standing.stretches) {
    if (stretch.newer && *stretch.newer <= *place.older) balance -= stretch.mass;
    if (stretch.older && *stretch.older >= *place.newer) balance += stretch.mass;
  }
  return balance >= 0;
}

}  // namespace

Probes prove(const Standing& standing, const Stretch& place) {
  int turns = 0;
  std::optional<std::size_t> last;
  for (const auto build : standing.tallies.judged) {
    if ((build != place.older && build != place.newer) || build == last) continue;
    last = build;
    ++turns;
  }
  if (turns >= turns_wanted) return {};
  if (last == place.older) return {*place.newer, *place.older};
  return {*place.older, *place.newer};
}

Probes doubt(const Standing& standing, const Stretch& place) {
  const bool newer = is_doubt_newer(standing, place);
  const auto build = newer ? *place.newer : *place.older;
  const auto neighbour = standing.beyond(build, newer);
  if (!neighbour) return {build};
  const auto& of = standing.tallies.of;
  if (of[*neighbour].judged() < of[build].judged()) return {*neighbour, build};
  return {build, *neighbour};
}

}  // namespace refrag::bisect
