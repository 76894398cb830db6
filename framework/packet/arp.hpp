// SPDX-License-Identifier: GPL-2.0-or-later
// ARP for IPv4 over Ethernet (RFC 826).
#pragma once

#include <cstdint>
#include <optional>

#include "framework/packet/ethernet.hpp"
#include "framework/packet/ipv4.hpp"

namespace refrag::packet {

enum class ArpKind : std::uint16_t { request = 1, reply = 2 };

struct Arp {
  ArpKind kind = ArpKind::request;
  Mac from_mac = {};
  Ipv4Address from = {};
  Mac to_mac = {};
  Ipv4Address to = {};
  bool operator==(const Arp&) const = default;
};

std::optional<Arp> parse_arp(View bytes);
void append_arp(Bytes& frame, const Arp& arp);

}  // namespace refrag::packet
