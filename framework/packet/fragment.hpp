// SPDX-License-Identifier: GPL-2.0-or-later
// Cutting a datagram into packets that fit an MTU, the way a sender's own stack does it.
#pragma once

#include <vector>

#include "framework/packet/ipv4.hpp"

namespace refrag::packet {

struct Fragment {
  Ipv4Header header;
  View payload;  // into the datagram's own bytes
};

// One piece when it fits. The payload has to fit a datagram (65515 bytes), the MTU (bytes of IP) is
// at least 68. Whoever sets dont_fragment has to look at the number of pieces.
std::vector<Fragment> fragment(const Ipv4Header& whole, View payload, int mtu);

}  // namespace refrag::packet
