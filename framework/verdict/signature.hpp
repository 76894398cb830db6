// SPDX-License-Identifier: GPL-2.0-or-later
// The cells and sizes that fail on a kernel, reduced to edges, words and a name. A signature
// identifies a bug; a test's name does not.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/packet/arithmetic.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::verdict {

// Where one cell stops passing, in bytes of payload. Sizes that are broken or skipped prove
// nothing and count on neither side.
struct Edge {
  Cell cell;
  packet::Family family = packet::Family::ipv4;
  std::vector<int> passing;  // sorted
  std::vector<int> failing;  // findings, sorted

  bool is_clean() const { return failing.empty() && !passing.empty(); }
  // Everything below one size passes and everything from it on fails.
  bool is_edge() const;
  // An edge known to the byte: the smallest failing size follows the largest that passes.
  bool is_exact() const;
};

struct Finding {
  std::vector<Cell> cells;  // that fail in the same way
  std::string text;         // "tag=vlan3,nf=1: largest payload that passes: 1476 = MTU + 4 - 28"
};

struct Signature {
  std::string name;  // "" when nothing fails; "unnamed-1a2b3c4d" when no known bug fits
  bool is_known = false;
  std::string text;  // one sentence
  std::vector<Finding> findings;
};

// Edges of one kernel's cases, in the order of their first case. The last attempt counts.
std::vector<Edge> edges_of(std::span<const CaseRecord> cases);

// The signature of one kernel.
Signature signature_of(std::span<const CaseRecord> cases, int mtu);

}  // namespace refrag::verdict
