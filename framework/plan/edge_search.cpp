// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/edge_search.hpp"

#include <iterator>

namespace refrag::plan {

std::vector<int> next_sizes(const Fails& known, std::size_t most) {
  std::vector<int> sizes;
  for (auto at = known.begin(); at != known.end() && sizes.size() < most; ++at) {
    const auto next = std::next(at);
    if (next == known.end()) break;
    if (at->second != next->second && next->first - at->first > 1) {
      sizes.push_back(at->first + (next->first - at->first) / 2);
    }
  }
  return sizes;
}

}  // namespace refrag::plan
