// SPDX-License-Identifier: GPL-2.0-or-later
// Frames of a datagram, cut where the caller wants: what a sender's stack would never send
// included.
#pragma once

#include <vector>

#include "framework/packet/arithmetic.hpp"
#include "framework/packet/ipv4.hpp"
#include "framework/packet/ipv6.hpp"
#include "framework/packet/link.hpp"

namespace refrag::packet {

struct Composition {
  Link link;
  Family family = Family::ipv4;
  Ipv4Header v4 = {};  // the one that the family says; without fragment fields
  Ipv6Header v6 = {};
  std::uint32_t v6_id = 0;  // of the fragment header, where there is one
  Bytes payload = {};
};

// The frame with the payload's bytes from `begin` up to `end`: the whole packet or a fragment.
// Padded to what a card sends at least.
Bytes compose(const Composition& datagram, std::size_t begin, std::size_t end);

// All frames for cuts at these places (multiples of 8, in order, within the payload).
std::vector<Bytes> compose(const Composition& datagram, const std::vector<std::size_t>& cuts);

// Where a sender cuts for that MTU (bytes of IP): nowhere if it fits.
std::vector<std::size_t> cuts_for(const Composition& datagram, int mtu);

}  // namespace refrag::packet
