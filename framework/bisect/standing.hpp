// SPDX-License-Identifier: GPL-2.0-or-later
// How a search stands between its ends: the counted answers and where they put the change.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "framework/bisect/ends.hpp"
#include "framework/bisect/posterior.hpp"
#include "framework/bisect/search.hpp"
#include "framework/bisect/tally.hpp"

namespace refrag::bisect {

// What it refers to has to outlive it.
struct Standing {
  Standing(const Problem& of, const Tallies& counted, Ends between);

  // The stretch with the likeliest places, and whether another one's are worth a boot still.
  const Stretch& best() const { return stretches[best_index]; }
  bool is_plausible(const Stretch& stretch) const;

  // No answer contradicts another of the same build, or the order of the states; nor did a build
  // that was judged refuse to be at other times.
  bool is_quiet() const;

  // The next build towards an end that is not skipped.
  std::optional<std::size_t> beyond(std::size_t build, bool newer) const;

  // That the change is in the place; its ending is `found` or `blocked`.
  Conclusion named(const Stretch& place) const;

  // The smallest range of stretches around the best one that is 95 % likely.
  Conclusion range() const;

  const Problem& problem;
  const Tallies& tallies;
  Ends ends;
  std::vector<Stretch> stretches;
  std::size_t best_index;
};

}  // namespace refrag::bisect
