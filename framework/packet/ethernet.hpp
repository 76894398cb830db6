// SPDX-License-Identifier: GPL-2.0-or-later
// Ethernet frames without their checksum, with at most one 802.1Q tag looked into.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

#include "framework/packet/bytes.hpp"

namespace refrag::packet {

inline constexpr std::size_t ethernet_header = 14;
inline constexpr std::size_t least_frame = 60;  // what a card pads a frame to

namespace ether_type {
inline constexpr std::uint16_t ipv4 = 0x0800;
inline constexpr std::uint16_t arp = 0x0806;
inline constexpr std::uint16_t vlan = 0x8100;
}  // namespace ether_type

struct Mac {
  std::array<std::uint8_t, 6> octets = {};

  bool is_group() const { return (octets[0] & 1) != 0; }  // multicast and broadcast
  auto operator<=>(const Mac&) const = default;
};

inline constexpr Mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

struct EthernetHeader {
  Mac to = {};
  Mac from = {};
  std::optional<std::uint16_t> tag = {};  // tag control information: priority, DEI, VLAN id
  std::uint16_t type = 0;                 // of what is behind the tag

  std::optional<int> vlan_id() const;
  bool operator==(const EthernetHeader&) const = default;
};

struct EthernetFrame {
  EthernetHeader header;
  View payload;  // with the padding, if there is any
};

std::optional<EthernetFrame> parse_ethernet(View frame);

void append_ethernet(Bytes& frame, const EthernetHeader& header);
void pad_ethernet(Bytes& frame);

}  // namespace refrag::packet
