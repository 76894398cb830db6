// SPDX-License-Identifier: GPL-2.0-or-later
// The bridge under test over the machine's two cards, made with ioctls and sysfs alone, which every
// kernel since 2.6.18 has.
#pragma once

#include <string>
#include <vector>

#include "vm-images/agent/io.hpp"

namespace refrag::wire {

inline constexpr const char* kBridge = "br0";

// The name of the card with that address; waits for a driver that is still looking for it.
std::string await_card(const std::string& mac, agent::Micros time);

// Forwards at once: no delay on its ports. Everything is up afterwards.
agent::Problem make_bridge(const std::vector<std::string>& cards, int mtu);

// In the order in which they were added.
std::vector<std::string> ports();

// Of the bridge and every port.
agent::Problem set_mtu(int mtu);
// The least of theirs, which is what passes.
int least_mtu();

// Until every card of the bridge forwards; frames sent before are gone.
agent::Problem await_forwarding(const std::vector<std::string>& cards, agent::Micros time);

}  // namespace refrag::wire
