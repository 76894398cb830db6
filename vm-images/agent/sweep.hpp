// SPDX-License-Identifier: GPL-2.0-or-later
// Runs a sweep: the loop around Pace (when), Tally (what came) and a socket.
#pragma once

#include <variant>

#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/watch.hpp"

namespace refrag::agent {

// All of them at the same time, an echo of each by turns; what came of the first. Ends at the
// requests' deadlines at the latest. A Problem when one could not begin.
std::variant<protocol::SweepResult, Problem> sweep(
    const std::vector<protocol::SweepRequest>& requests, Watch& watch);

struct Warmth {
  bool answered = false;
  int tries = 0;
  Micros rtt = 0;
};

// Small echoes, one at a time, until the first is answered or the time is over: resolves the
// neighbour at both ends, apart from any measurement.
std::variant<Warmth, Problem> warm(const std::string& address, const std::string& device,
                                   Micros time, Watch& watch);

}  // namespace refrag::agent
