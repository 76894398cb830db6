// SPDX-License-Identifier: GPL-2.0-or-later
// How an endpoint's echoes look on the wire: IPv4 or IPv6, ICMP or UDP, behind any tags or in a
// PPPoE session. Inside, an endpoint is a plain IPv4 host: IPv6 is translated here, header by
// header (RFC 7915), with the IPv4 address in the last 32 bits of fd72:6566::/96.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/packet/arithmetic.hpp"
#include "framework/packet/icmp.hpp"
#include "framework/packet/ipv4.hpp"
#include "framework/packet/ipv6.hpp"
#include "framework/packet/link.hpp"
#include "framework/protocol/sweep.hpp"
#include "framework/verdict/wrapping.hpp"

namespace refrag::testbed {

using verdict::Wrapping;
using verdict::wrapping_of;

// A tag of VLAN 0 gives a frame a priority and no VLAN (802.1Q): the same with and without it.
bool is_same_network(const packet::Link& link, const Wrapping& wrapping);

// What an echo is sent as; with UDP as the guests' agents do it.
struct Dialect {
  packet::Family family = packet::Family::ipv4;
  bool udp = false;
  bool operator==(const Dialect&) const = default;
};
inline constexpr std::uint16_t first_udp_ident = protocol::kFirstUdpIdent;

packet::Ipv6Address to_ipv6(packet::Ipv4Address address);
std::optional<packet::Ipv4Address> to_ipv4(const packet::Ipv6Address& address);

// The message of an echo between two addresses, with its checksum.
packet::Bytes message_of(const packet::Echo& echo, packet::Ipv4Address from, packet::Ipv4Address to,
                         const Dialect& dialect);
// Nothing for anything else.
std::optional<packet::Echo> echo_in(packet::View message, const packet::Ipv4Header& header,
                                    const Dialect& dialect);

// The frames of a message: fragments where it does not fit the MTU.
std::vector<packet::Bytes> frames_of(const packet::Link& link, const packet::Ipv4Header& header,
                                     packet::View message, int mtu, packet::Family family);

// The packet in a frame of that family. Its protocol is ICMP's or UDP's of IPv4; `length` is what
// it takes on the wire. Nothing where it cannot be read.
std::optional<packet::Ipv4Packet> packet_in(packet::View payload, packet::Family family);

}  // namespace refrag::testbed
