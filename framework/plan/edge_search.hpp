// SPDX-License-Identifier: GPL-2.0-or-later
// To the byte: which sizes to try next where sizes that pass and sizes that fail are neighbours.
// Every place where they meet is searched, so holes and several edges are found as well.
#pragma once

#include <map>
#include <vector>

namespace refrag::plan {

// Bytes of payload, and whether they fail.
using Fails = std::map<int, bool>;

// The middle of each gap between two neighbours that differ, at most so many; empty once each edge
// is known. Sixteen rounds are enough for any.
std::vector<int> next_sizes(const Fails& known, std::size_t most = 8);

}  // namespace refrag::plan
