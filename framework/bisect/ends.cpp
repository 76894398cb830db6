// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/ends.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace refrag::bisect {

namespace {

constexpr int proofs = 2;         // answers of an end
constexpr int wrong_to_move = 3;  // answers that move an end which was not given

enum class Side { older, newer };

bool answers_otherwise(const Tally& tally, Side side) {
  const int right = side == Side::older ? tally.older : tally.newer;
  return right == 0 && tally.judged() >= wrong_to_move;
}

struct End {
  std::size_t build = 0;
  bool is_doubtful = false;
};

std::optional<End> find_end(const Tallies& tallies, Side side,
                            const std::optional<std::size_t>& given) {
  if (given) return End{*given};
  const auto builds = tallies.of.size();
  bool is_doubtful = false;
  for (std::size_t offset = 0; offset < builds; offset = 2 * offset + 1) {
    const auto build = side == Side::older ? offset : builds - 1 - offset;
    const auto& counted = tallies.of[build];
    if (!counted.is_skipped() && !answers_otherwise(counted, side)) return End{build, is_doubtful};
    is_doubtful = is_doubtful || !counted.is_skipped();
  }
  return std::nullopt;
}

Conclusion without(Ending ending, const Problem& problem, const std::string& reason) {
  return {ending, 0, problem.builds.size() - 1, 0, reason};
}

// Why no pair of ends is left.
Conclusion no_ends(const Problem& problem, const Tallies& tallies) {
  const auto answered = [](auto member) {
    return [member](const Tally& tally) { return tally.*member > 0; };
  };
  const bool any_older = std::ranges::any_of(tallies.of, answered(&Tally::older));
  const bool any_newer = std::ranges::any_of(tallies.of, answered(&Tally::newer));
  if (!any_older && !any_newer) {
    return without(Ending::unjudged, problem, "no build that was tried could be judged");
  }
  const bool broken = any_older == (problem.find == Find::fixed);
  return without(Ending::ends_alike, problem,
                 any_older && any_newer ? "no two builds that were tried change as looked for"
                                        : fmt::format("every build that was tried is {}",
                                                      broken ? "broken" : "fixed"));
}

}  // namespace

std::variant<Ends, Conclusion> find_ends(const Problem& problem, const Tallies& tallies) {
  for (const auto& given : {problem.older_end, problem.newer_end}) {
    if (!given || !tallies.of[*given].is_skipped()) continue;
    return without(
        Ending::unjudged, problem,
        fmt::format("{}, given as an end, cannot be judged", problem.builds[*given].label));
  }
  const auto older = find_end(tallies, Side::older, problem.older_end);
  const auto newer = find_end(tallies, Side::newer, problem.newer_end);
  if (!older || !newer || older->build >= newer->build) return no_ends(problem, tallies);
  return Ends{older->build, newer->build, older->is_doubtful, newer->is_doubtful};
}

Probes unproved(const Problem& problem, const Tallies& tallies, Ends ends) {
  const auto answers = [&](std::size_t end) { return tallies.of[end].judged(); };
  Probes order = {ends.older, ends.newer};
  if (problem.find == Find::broken) std::swap(order[0], order[1]);
  if (answers(order[1]) < answers(order[0])) std::swap(order[0], order[1]);
  std::erase_if(order, [&](std::size_t end) { return answers(end) >= proofs; });
  return order;
}

bool are_swapped(const Tallies& tallies, Ends ends) {
  const auto& older = tallies.of[ends.older];
  const auto& newer = tallies.of[ends.newer];
  return older.newer >= proofs && older.older == 0 && newer.older >= proofs && newer.newer == 0;
}

}  // namespace refrag::bisect
