// SPDX-License-Identifier: GPL-2.0-or-later
// The ends of the search: the builds that are taken to be in the older and in the newer state.
#pragma once

#include <cstddef>
#include <variant>

#include "framework/bisect/search.hpp"
#include "framework/bisect/tally.hpp"

namespace refrag::bisect {

struct Ends {
  std::size_t older = 0;
  std::size_t newer = 0;
  // Builds further out were in the other state: perhaps there is no change at all.
  bool older_is_doubtful = false;
  bool newer_is_doubtful = false;
};

// The ends as far as the answers go. One that is not given is the first, second, fourth, eighth ...
// build from the end of the list that is neither skipped nor has answered three times, and never as
// it should (the oldest kernels may be from before the bug). A conclusion when there is no such
// pair.
std::variant<Ends, Conclusion> find_ends(const Problem& problem, const Tallies& tallies);

// Those of the ends that have not answered twice, the one to be asked next first.
Probes unproved(const Problem& problem, const Tallies& tallies, Ends ends);

// Both ends have answered, and always the opposite of what they should.
bool are_swapped(const Tallies& tallies, Ends ends);

}  // namespace refrag::bisect
