// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/ethernet.hpp"

#include <algorithm>

#include "framework/packet/arithmetic.hpp"

namespace refrag::packet {
namespace {

constexpr std::size_t mac_size = 6;

Mac load_mac(View bytes, std::size_t at) {
  Mac mac;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), mac_size, mac.octets.begin());
  return mac;
}

}  // namespace

std::optional<int> EthernetHeader::vlan_id() const {
  constexpr int id_bits = 0x0fff;
  return tag ? std::optional(*tag & id_bits) : std::nullopt;
}

std::optional<EthernetFrame> parse_ethernet(View frame) {
  if (frame.size() < ethernet_header) return std::nullopt;
  EthernetFrame parsed;
  parsed.header.to = load_mac(frame, 0);
  parsed.header.from = load_mac(frame, mac_size);
  parsed.header.type = load16(frame, 2 * mac_size);
  parsed.payload = frame.subspan(ethernet_header);
  if (parsed.header.type != ether_type::vlan) return parsed;
  if (parsed.payload.size() < vlan_tag) return std::nullopt;
  parsed.header.tag = load16(parsed.payload, 0);
  parsed.header.type = load16(parsed.payload, 2);
  parsed.payload = parsed.payload.subspan(vlan_tag);
  return parsed;
}

void append_ethernet(Bytes& frame, const EthernetHeader& header) {
  append(frame, header.to.octets);
  append(frame, header.from.octets);
  if (header.tag) {
    append16(frame, ether_type::vlan);
    append16(frame, *header.tag);
  }
  append16(frame, header.type);
}

void pad_ethernet(Bytes& frame) { frame.resize(std::max(frame.size(), least_frame)); }

}  // namespace refrag::packet
