// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/arp.hpp"

#include <algorithm>

namespace refrag::packet {
namespace {

constexpr std::size_t arp_size = 28;
constexpr std::uint32_t ethernet_and_ipv4 = 0x0001'0800;  // hardware and protocol type
constexpr std::uint16_t their_sizes = 0x0604;             // 6 and 4 bytes of address

Mac load_mac(View bytes, std::size_t at) {
  Mac mac;
  std::ranges::copy(bytes.subspan(at, mac.octets.size()), mac.octets.begin());
  return mac;
}

}  // namespace

std::optional<Arp> parse_arp(View bytes) {
  if (bytes.size() < arp_size || load32(bytes, 0) != ethernet_and_ipv4 ||
      load16(bytes, 4) != their_sizes) {
    return std::nullopt;
  }
  const auto kind = static_cast<ArpKind>(load16(bytes, 6));
  if (kind != ArpKind::request && kind != ArpKind::reply) return std::nullopt;
  return Arp{
      kind, load_mac(bytes, 8), {load32(bytes, 14)}, load_mac(bytes, 18), {load32(bytes, 24)}};
}

void append_arp(Bytes& frame, const Arp& arp) {
  append32(frame, ethernet_and_ipv4);
  append16(frame, their_sizes);
  append16(frame, static_cast<std::uint16_t>(arp.kind));
  append(frame, arp.from_mac.octets);
  append32(frame, arp.from.value);
  append(frame, arp.to_mac.octets);
  append32(frame, arp.to.value);
}

}  // namespace refrag::packet
