// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/search.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "framework/bisect/narrow.hpp"
#include "framework/bisect/proof.hpp"
#include "framework/bisect/standing.hpp"

namespace refrag::bisect {

namespace {

constexpr double likelier_than_not = 0.5;
constexpr double sure_of_ends = 0.9;  // to say that they show the same state
constexpr int unanimous = 4;          // answers that make a build's state a fact

std::string_view state(const Problem& problem, bool older) {
  return older == (problem.find == Find::fixed) ? "broken" : "fixed";
}

Conclusion without(Ending ending, const Ends& ends, std::string reason = {}) {
  return {ending, ends.older, ends.newer, 0, std::move(reason)};
}

// A build that is surely in the newer state before one that is surely in the older.
std::optional<Conclusion> several_changes(const Standing& standing) {
  const auto& problem = standing.problem;
  const auto& of = standing.tallies.of;
  std::optional<std::size_t> early;
  for (auto i = standing.ends.older; i <= standing.ends.newer; ++i) {
    if (!early && of[i].newer >= unanimous && of[i].older == 0) early = i;
    if (!early || of[i].older < unanimous || of[i].newer > 0) continue;
    return without(
        Ending::not_monotone, standing.ends,
        fmt::format("{} is {} in all of {} boots, and {}, after it, is {} in all of {}",
                    problem.builds[*early].label, state(problem, false), of[*early].newer,
                    problem.builds[i].label, state(problem, true), of[i].older));
  }
  return std::nullopt;
}

// An end that was not given, and that one wrong answer more would move inward.
bool may_move(const Standing& standing, std::size_t end) {
  const auto& problem = standing.problem;
  const auto& counted = standing.tallies.of[end];
  if (end == standing.ends.older) return !problem.older_end && counted.older == 0;
  return !problem.newer_end && counted.newer == 0;
}

// All places between the ends have been left behind.
Step ends_alike(const Standing& standing, const Stretch& outside) {
  const auto& builds = standing.problem.builds;
  const bool all_older = outside.older.has_value();
  const auto& ends = standing.ends;
  const auto [wrong, right] =
      all_older ? std::pair(ends.newer, ends.older) : std::pair(ends.older, ends.newer);
  if (outside.mass < sure_of_ends || may_move(standing, wrong)) return Probes{wrong};
  return without(Ending::ends_alike, ends,
                 fmt::format("{} is {}, like {}", builds[wrong].label,
                             state(standing.problem, all_older), builds[right].label));
}

// Boots at the same time cost more of them; the last two are for what one build alone says.
std::size_t boots_without_noise(const Problem& problem, std::size_t jobs) {
  return quiet_boots(problem) + 2 * (jobs - 1);
}

bool is_enough(const Standing& standing, const Stretch& place, std::size_t jobs) {
  const auto& problem = standing.problem;
  if (place.mass >= wanted_confidence(problem)) return true;
  return !problem.confidence && standing.is_quiet() && place.mass >= likelier_than_not &&
         standing.tallies.judged.size() >= boots_without_noise(problem, jobs);
}

// Builds inside the place that said nothing, once: a machine under load can be why.
Probes second_chances(const Standing& standing, const Stretch& place) {
  for (auto i = *place.older + 1; i < *place.newer; ++i) {
    const auto& counted = standing.tallies.of[i];
    if (counted.judged() == 0 && counted.unjudged == 1) return {i};
  }
  return {};
}

Step settle(const Standing& standing, const Stretch& place, std::size_t jobs) {
  if (!place.older || !place.newer) return ends_alike(standing, place);
  if (auto probes = prove(standing, place); !probes.empty()) return probes;
  if (!is_enough(standing, place, jobs)) return doubt(standing, place);
  const auto said = standing.named(place);
  const auto& problem = standing.problem;
  if (problem.notice && said.noticed > *problem.notice) {
    return Probes{problem.find == Find::fixed ? said.newer : said.older};
  }
  if (auto probes = second_chances(standing, place); !probes.empty()) return probes;
  return said;
}

Step step_between(const Standing& standing, std::size_t jobs) {
  const auto& tallies = standing.tallies;
  const auto& ends = standing.ends;
  if (are_swapped(tallies, ends)) return without(Ending::ends_swapped, ends);
  if (auto probes = unproved(standing.problem, tallies, ends); !probes.empty()) return probes;
  if (auto several = several_changes(standing)) return *several;
  if (auto probes = narrow(standing, jobs); !probes.empty()) return probes;
  return settle(standing, standing.best(), jobs);
}

Step limited(Step step, const Standing& standing, std::size_t jobs) {
  auto* probes = std::get_if<Probes>(&step);
  if (probes == nullptr) return step;
  if (standing.tallies.boots >= max_boots(standing.problem)) return standing.range();
  probes->resize(std::min(probes->size(), jobs));
  return step;
}

// The answer that a build would give if the change were right behind `place`.
Answer imagined(const Problem& problem, const std::string& signature, std::size_t build,
                std::size_t place) {
  const bool broken = (build <= place) == (problem.find == Find::fixed);
  return broken ? Answer::broken(signature) : Answer::fixed();
}

std::size_t likeliest_place(const Problem& problem, const Tallies& tallies, const Ends& ends) {
  const Standing standing(problem, tallies, ends);
  const auto older = standing.best().older.value_or(ends.older);
  const auto newer = standing.best().newer.value_or(ends.newer);
  return older + (newer - older) / 2;
}

}  // namespace

Step next(const Problem& problem, History history, std::size_t jobs) {
  const auto tallies = tally(problem, history);
  const auto ends = find_ends(problem, tallies);
  if (const auto* none = std::get_if<Conclusion>(&ends)) return *none;
  const Standing standing(problem, tallies, std::get<Ends>(ends));
  return limited(step_between(standing, jobs), standing, jobs);
}

std::size_t rounds_left(const Problem& problem, History history, std::size_t jobs) {
  const auto tallies = tally(problem, history);
  const auto ends = find_ends(problem, tallies);
  if (std::holds_alternative<Conclusion>(ends)) return 0;
  const auto place = likeliest_place(problem, tallies, std::get<Ends>(ends));
  std::vector<Boot> future(history.begin(), history.end());
  for (std::size_t rounds = 0;; ++rounds) {
    const auto step = next(problem, future, jobs);
    const auto* probes = std::get_if<Probes>(&step);
    if (probes == nullptr) return rounds;
    for (const auto build : *probes) {
      future.push_back({build, imagined(problem, tallies.signature, build, place)});
    }
  }
}

std::string_view to_text(Ending ending) {
  static constexpr std::array<std::string_view, 7> words = {
      "found", "blocked", "noisy", "not-monotone", "ends-alike", "ends-swapped", "unjudged"};
  return words[static_cast<std::size_t>(ending)];
}

}  // namespace refrag::bisect
