// SPDX-License-Identifier: GPL-2.0-or-later
// Runs a sweep: the loop around Pace (when), Tally (what came) and a socket.
#pragma once

#include <variant>

#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/watch.hpp"

namespace refrag::agent {

// Ends at the request's deadline at the latest. A Problem when it could not begin.
std::variant<protocol::SweepResult, Problem> sweep(const protocol::SweepRequest& request,
                                                   Watch& watch);

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
