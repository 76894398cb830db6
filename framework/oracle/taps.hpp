// SPDX-License-Identifier: GPL-2.0-or-later
// Both directions of a bridge with two ports, from the captures at these ports.
#pragma once

#include <vector>

#include "framework/oracle/oracle.hpp"
#include "framework/packet/capture.hpp"

namespace refrag::oracle {

struct Direction {
  const packet::Tap* from = nullptr;  // where frames entered
  const packet::Tap* to = nullptr;    // and where they left
  Frames entered;
  Frames left;
  Findings findings;
};

// From the first tap to the second, and back, where tags change the other way. Nothing is judged
// where a tap missed frames: then there are no findings, and `entered` of both is 0.
std::vector<Direction> judge(const packet::Tap& a, const packet::Tap& b, const Rules& rules);

}  // namespace refrag::oracle
