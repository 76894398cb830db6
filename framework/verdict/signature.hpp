// SPDX-License-Identifier: GPL-2.0-or-later
// The cells and sizes that fail on a kernel, reduced to edges, words and a name. A signature
// identifies a bug; a test's name does not.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/verdict/known_bugs.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::verdict {

// Where one cell stops passing, in bytes of payload. Sizes that were skipped, are broken, or that
// a dead host took with it prove nothing and count on neither side.
struct Edge {
  Cell cell;
  std::vector<int> passing;  // sorted
  std::vector<int> failing;  // failed, sorted

  // Everything up to one size passes and everything above it fails.
  bool is_edge() const;
  // An edge known to the byte.
  bool is_exact() const;
  // Some size fails, and the one before it passes.
  bool has_exact_side() const;
  bool operator==(const Edge&) const = default;
};

// Edges of one kernel's cases, in the order of their first case. The last attempt counts.
std::vector<Edge> edges_of(std::span<const CaseRecord> cases);

// The edge in words: "largest payload that passes: 1476 = MTU + 4 - 28". Empty when nothing fails.
std::string edge_words(const Edge& edge, int mtu);

// Cells that fail in the same way.
struct Finding {
  std::string where;  // "tag=vlan3,nf=1" for both directions, "tag=vlan3,nf=1,dir=a>b" for one
  std::string words;  // edge_words() of each of them
};

struct Signature {
  std::string name;  // "" when nothing fails; "unnamed-1a2b3c4d" when it fits no known bug
  std::string text;  // the words of the findings and what they mean; "" when nothing fails
  std::vector<Finding> findings;
};

Signature signature_of(std::span<const CaseRecord> cases, int mtu,
                       const KnownBugs& bugs = built_in_bugs());

}  // namespace refrag::verdict
