// SPDX-License-Identifier: GPL-2.0-or-later
// IPv4 headers (RFC 791). What is written has no options; what is read may have.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "framework/packet/bytes.hpp"

namespace refrag::packet {

struct Ipv4Address {
  std::uint32_t value = 0;  // 10.0.0.1 is 0x0a000001
  auto operator<=>(const Ipv4Address&) const = default;
};

constexpr Ipv4Address ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {std::uint32_t{a} << 24 | std::uint32_t{b} << 16 | std::uint32_t{c} << 8 | d};
}

std::string to_text(Ipv4Address address);  // "10.0.0.1"

inline constexpr std::uint8_t icmp_protocol = 1;

struct Ipv4Header {
  Ipv4Address from = {};
  Ipv4Address to = {};
  std::uint8_t service = 0;  // DSCP and ECN
  std::uint8_t ttl = 64;
  std::uint8_t protocol = icmp_protocol;
  std::uint16_t id = 0;
  bool dont_fragment = false;
  bool more_fragments = false;
  std::size_t offset = 0;  // bytes of the whole datagram's payload before this packet's

  bool is_fragment() const { return more_fragments || offset != 0; }
  bool operator==(const Ipv4Header&) const = default;
};

struct Ipv4Packet {
  Ipv4Header header;
  View payload;            // as many bytes as the total length says; padding is gone
  std::size_t length = 0;  // the total length
  bool checksum_ok = false;
  View options = {};
};

// Nothing when it is no IPv4, when its lengths contradict each other, or when it was cut short.
std::optional<Ipv4Packet> parse_ipv4(View bytes);

// A header with its checksum, for that many bytes of payload behind it.
void append_ipv4(Bytes& packet, const Ipv4Header& header, std::size_t payload_size);

}  // namespace refrag::packet
