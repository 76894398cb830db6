// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/narrow.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace refrag::bisect {

namespace {

struct Candidate {
  std::size_t build = 0;
  double before = 0;  // what the plausible places before it weigh
  double after = 0;   // and those behind it
  double chance = 1;  // that it can be judged

  double share() const { return before / (before + after); }
};

// What a place weighs besides itself when its fixed build is so far from the next one that speaks
// for its side: nothing when they are neighbours, and the more the more may be hidden between them.
double lonely(const Standing& standing, std::size_t gap) {
  const auto all = static_cast<double>(standing.problem.builds.size());
  return gap < 2 ? 0 : 1 + static_cast<double>(gap) / all;
}

// From the best stretch's fixed end to the next build beyond that has been judged; 0 when there is
// none.
std::size_t gap_beyond(const Standing& standing) {
  const bool newer_is_fixed = standing.problem.find == Find::fixed;
  const auto& beyond = standing.stretches.at(standing.best_index + (newer_is_fixed ? 1 : -1));
  return beyond.older && beyond.newer ? *beyond.newer - *beyond.older : 0;
}

// What each build of the only stretch that is left divides.
void weigh_inside(std::vector<Candidate>& candidates, const Standing& standing) {
  const auto& stretch = standing.best();
  const bool newer_is_fixed = standing.problem.find == Find::fixed;
  const auto gap = gap_beyond(standing);
  const auto half = std::bit_ceil(*stretch.newer - *stretch.older) / 2;
  for (auto i = *stretch.older + 1; i < *stretch.newer; ++i) {
    const auto older = i - *stretch.older;
    const auto newer = *stretch.newer - i;
    Candidate candidate{i, static_cast<double>(older), static_cast<double>(newer)};
    candidate.before += lonely(standing, newer_is_fixed ? newer : gap);
    candidate.after += lonely(standing, newer_is_fixed ? gap : older);
    if (std::max(older, newer) > half) candidate.chance /= 4;  // would cost the other places a boot
    candidates.push_back(candidate);
  }
}

void add_inside(std::vector<Candidate>& candidates, const Stretch& stretch, double before) {
  if (!stretch.older || !stretch.newer) return;
  for (auto i = *stretch.older + 1; i < *stretch.newer; ++i) {
    candidates.push_back({i, before + static_cast<double>(i - *stretch.older) * stretch.each()});
  }
}

// Builds that cannot be judged come in runs: the more of them were met, the further from them.
void weigh_chances(std::vector<Candidate>& candidates, const Tallies& tallies) {
  std::vector<std::size_t> skipped;
  for (const auto& candidate : candidates) {
    if (tallies.of[candidate.build].is_skipped()) skipped.push_back(candidate.build);
  }
  const auto square = static_cast<double>(skipped.size() * skipped.size());
  for (auto& candidate : candidates) {
    if (tallies.of[candidate.build].judged() > 0) continue;
    for (const auto build : skipped) {
      const auto distance =
          std::abs(static_cast<double>(build) - static_cast<double>(candidate.build));
      candidate.chance = std::min(candidate.chance, distance / (distance + square));
    }
  }
}

// The builds with plausible places on both sides, by these places' probability.
std::vector<Candidate> by_probability(const Standing& standing) {
  std::vector<Candidate> candidates;
  double mass = 0;
  for (const auto& stretch : standing.stretches) {
    if (standing.is_plausible(stretch)) {
      add_inside(candidates, stretch, mass);
      mass += stretch.mass;
    }
    if (stretch.newer) candidates.push_back({*stretch.newer, mass});
  }
  for (auto& candidate : candidates) candidate.after = mass - candidate.before;
  std::erase_if(candidates, [](const Candidate& candidate) {
    return candidate.before <= 0 || candidate.after <= 0;
  });
  return candidates;
}

// Nothing contradicts what was said so far, and one stretch is left, whose builds all may answer.
bool is_plain(const Standing& standing) {
  const auto& best = standing.best();
  const auto is_left = [&](const auto& stretch) { return standing.is_plausible(stretch); };
  const auto is_inside = [&](auto build) { return build > *best.older && build < *best.newer; };
  return best.older && best.newer && standing.is_quiet() &&
         std::ranges::count_if(standing.stretches, is_left) == 1 &&
         std::ranges::none_of(standing.tallies.skipped, is_inside);
}

std::vector<Candidate> candidates_of(const Standing& standing) {
  std::vector<Candidate> candidates;
  if (is_plain(standing)) {
    weigh_inside(candidates, standing);
  } else {
    candidates = by_probability(standing);
  }
  weigh_chances(candidates, standing.tallies);
  return candidates;
}

// 1 where the share is what is aimed at, falling to 0 where the answer is known beforehand.
double score(const Candidate& candidate, double aim) {
  const double share = candidate.share();
  return candidate.chance * std::min(share / aim, (1 - share) / (1 - aim));
}

// A build that disagrees with itself says little more by being repeated. Those beside it say
// whether the test errs or that build is odd, above all the one on the fixed side: an odd build has
// the bug.
std::size_t least_asked(const Standing& standing, std::size_t build) {
  constexpr int worth = 3;  // boots of the fixed side for one of the others
  const auto& of = standing.tallies.of;
  if (of[build].older == 0 || of[build].newer == 0) return build;
  auto least = build;
  int boots = worth * of[build].judged();
  for (const bool newer : {false, true}) {
    const bool is_fixed = newer == (standing.problem.find == Find::fixed);
    const auto beside = standing.beyond(build, newer);
    if (!beside) continue;
    const int asked = of[*beside].judged() * (is_fixed ? 1 : worth);
    if (asked < boots) least = *beside, boots = asked;
  }
  return least;
}

}  // namespace

Probes narrow(const Standing& standing, std::size_t jobs) {
  constexpr double same = 1e-9;  // rounding
  const auto candidates = candidates_of(standing);
  Probes chosen;
  for (std::size_t part = 1; part <= jobs; ++part) {
    const double aim = static_cast<double>(part) / static_cast<double>(jobs + 1);
    const Candidate* best = nullptr;
    for (const auto& candidate : candidates) {
      if (std::ranges::count(chosen, candidate.build) > 0) continue;
      if (score(candidate, aim) > (best != nullptr ? score(*best, aim) : 0) + same)
        best = &candidate;
    }
    if (best != nullptr) chosen.push_back(best->build);
  }
  for (auto& build : chosen) {
    const auto instead = least_asked(standing, build);
    if (std::ranges::count(chosen, instead) == 0) build = instead;
  }
  return chosen;
}

}  // namespace refrag::bisect
