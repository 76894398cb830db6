// SPDX-License-Identifier: GPL-2.0-or-later
// IPv6 headers and the fragment header (RFC 8200). What is written has no other extension header;
// what is read may have some.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "framework/packet/bytes.hpp"

namespace refrag::packet {

struct Ipv6Address {
  std::array<std::uint8_t, 16> octets = {};
  auto operator<=>(const Ipv6Address&) const = default;
};

std::string to_text(const Ipv6Address& address);  // as RFC 5952 wants it: "fd00::1"

inline constexpr std::uint8_t icmpv6_protocol = 58;
inline constexpr std::uint8_t udp_protocol = 17;

struct Ipv6Fragment {
  std::uint32_t id = 0;
  std::size_t offset = 0;  // bytes of the fragmentable part before this packet's
  bool more = false;
  std::uint16_t reserved = 0;  // bits that are 0 where nobody makes a mistake; never written
  bool operator==(const Ipv6Fragment&) const = default;
};

struct Ipv6Header {
  Ipv6Address from = {};
  Ipv6Address to = {};
  std::uint8_t service = 0;  // traffic class
  std::uint32_t flow = 0;    // flow label
  std::uint8_t hop_limit = 64;
  std::uint8_t protocol = icmpv6_protocol;  // of what is behind all extension headers looked at
  std::optional<Ipv6Fragment> fragment = {};
  bool operator==(const Ipv6Header&) const = default;
};

struct Ipv6Packet {
  Ipv6Header header;
  View extensions;         // hop-by-hop, destination and routing headers before the fragment header
  View payload;            // behind the fragment header; padding is gone
  std::size_t length = 0;  // of the whole packet
};

// Nothing when it is no IPv6, when its lengths contradict each other, or when it was cut short.
std::optional<Ipv6Packet> parse_ipv6(View bytes);

void append_ipv6(Bytes& packet, const Ipv6Header& header, std::size_t payload_size);

// The checksum of an upper layer, over RFC 8200's pseudo header; its own field has to be zero.
std::uint16_t checksum(const Ipv6Header& header, View message);

}  // namespace refrag::packet
