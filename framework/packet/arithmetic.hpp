// SPDX-License-Identifier: GPL-2.0-or-later
// Header sizes and the arithmetic of fragments. "Payload" is what an ICMP echo carries (ping's
// -s), "length" is an IP packet's total length, both in bytes; a VLAN tag counts in neither.
#pragma once

#include <string>
#include <vector>

namespace refrag::packet {

enum class Family { ipv4, ipv6 };

inline constexpr int ipv4_header = 20;  // without options
inline constexpr int ipv6_header = 40;
inline constexpr int ipv6_fragment_header = 8;
inline constexpr int icmp_echo_header = 8;
inline constexpr int vlan_tag = 4;
inline constexpr int largest_ipv4_payload = 65535 - ipv4_header - icmp_echo_header;  // 65507

// What an echo adds to its payload: 28 for IPv4, 48 for IPv6.
constexpr int echo_headers(Family family) {
  return (family == Family::ipv4 ? ipv4_header : ipv6_header) + icmp_echo_header;
}

// Length of the whole datagram, before it is fragmented and after it is put together again.
constexpr int ip_length(int payload, Family family = Family::ipv4) {
  return payload + echo_headers(family);
}

// The largest payload that leaves in one packet.
constexpr int unfragmented_max(int mtu, Family family = Family::ipv4) {
  return mtu - echo_headers(family);
}

constexpr bool is_fragmented(int payload, int mtu, Family family = Family::ipv4) {
  return payload > unfragmented_max(mtu, family);
}

// Data bytes of every fragment but the last: a multiple of 8 (RFC 791, RFC 8200).
constexpr int fragment_data(int mtu, Family family = Family::ipv4) {
  const int headers = family == Family::ipv4 ? ipv4_header : ipv6_header + ipv6_fragment_header;
  return (mtu - headers) / 8 * 8;
}

// Lengths of the packets that an echo becomes: {1500, 25} for 1477 at MTU 1500. The MTU has to
// leave room for 8 bytes of data (Linux wants 68 for IPv4).
std::vector<int> fragment_lengths(int payload, int mtu, Family family = Family::ipv4);

// The same for people: "1500+25", and "44x1500+415" where it would be long.
std::string fragments_text(int payload, int mtu, Family family = Family::ipv4);

// A payload as arithmetic of the MTU, as kernel developers think of it: "1476 = MTU + 4 - 28".
// The number alone when it is nowhere near the MTU.
std::string edge_text(int payload, int mtu, Family family = Family::ipv4);

}  // namespace refrag::packet
