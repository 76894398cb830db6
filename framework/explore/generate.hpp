// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios made up from a seed: legal traffic that a bridge has no reason to drop. Fragments
// without contradicting overlaps, in frames within the MTU, at most as many at once as the cards
// hold; some of it at the edges where kernels have failed, most of it anywhere.
#pragma once

#include "framework/explore/scenario.hpp"

namespace refrag::explore {

struct Ranges {
  int mtu = 1500;            // bytes of IP, where "mtu" is no knob
  std::size_t items = 24;    // datagrams at most
  std::size_t frames = 200;  // at most
  Knobs knobs = {};          // what the host can set; the values chosen are among these
  std::map<std::string, std::vector<std::string>> values = {};  // by knob
};

// Settings first to last: the same seed and number give the same scenario on every machine. Knobs
// change from one to the next only every so often, because setting them costs time.
Scenario generate(std::uint64_t seed, std::uint64_t number, const Ranges& ranges);

}  // namespace refrag::explore
