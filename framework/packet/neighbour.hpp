// SPDX-License-Identifier: GPL-2.0-or-later
// Who has an IPv6 address: neighbour solicitations and advertisements (RFC 4861).
#pragma once

#include <cstdint>
#include <optional>

#include "framework/packet/ethernet.hpp"
#include "framework/packet/ipv6.hpp"

namespace refrag::packet {

enum class NeighbourKind : std::uint8_t { solicitation = 135, advertisement = 136 };

struct Neighbour {
  NeighbourKind kind = NeighbourKind::solicitation;
  Ipv6Address target = {};
  Mac mac = {};  // of who sends it
  bool operator==(const Neighbour&) const = default;
};

// The message of an ICMPv6 packet. Nothing where it is another one, where its checksum is wrong,
// where it came through a router, or where it does not name its sender.
std::optional<Neighbour> parse_neighbour(const Ipv6Header& header, View message);

// With its checksum, to be sent with this header.
Bytes neighbour_message(const Ipv6Header& header, const Neighbour& neighbour);

// Solicitations go to a group that few others listen to, and one that knows nobody has to.
Ipv6Address solicited_node(const Ipv6Address& target);
Mac group_mac(const Ipv6Address& group);

inline constexpr std::uint8_t neighbour_hop_limit = 255;

}  // namespace refrag::packet
