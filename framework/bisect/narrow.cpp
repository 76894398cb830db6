// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/narrow.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace refrag::bisect {

namespace {

struct Candidate {
  std::size_t build = 0;
  double share = 0;   // of the plausible places' probability that lies before it
  double chance = 1;  // that it can be judged
};

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

// The builds with plausible places on both sides.
std::vector<Candidate> candidates_of(const Standing& standing) {
  std::vector<Candidate> candidates;
  double mass = 0;
  for (const auto& stretch : standing.stretches) {
    if (standing.is_plausible(stretch)) {
      add_inside(candidates, stretch, mass);
      mass += stretch.mass;
    }
    if (stretch.newer) candidates.push_back({*stretch.newer, mass});
  }
  for (auto& candidate : candidates) candidate.share /= mass;
  std::erase_if(candidates, [](const Candidate& candidate) {
    return candidate.share <= 0 || candidate.share >= 1;
  });
  weigh_chances(candidates, standing.tallies);
  return candidates;
}

// 1 where the share is what is aimed at, falling to 0 where the answer is known beforehand.
double score(const Candidate& candidate, double aim) {
  const double share = candidate.share;
  return candidate.chance * std::min(share / aim, (1 - share) / (1 - aim));
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
  return chosen;
}

}  // namespace refrag::bisect
