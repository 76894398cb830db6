// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/neighbour.hpp"

#include <algorithm>

namespace refrag::packet {
namespace {

// Type, code, checksum, flags, target; then options of eight bytes, of which the link-layer address
// is one.
constexpr std::size_t flags_at = 4, target_at = 8, options_at = 24, option_size = 8;
constexpr std::uint8_t source_mac = 1, target_mac = 2;
constexpr std::uint8_t solicited_and_override = 0x60;

std::uint8_t option_of(NeighbourKind kind) {
  return kind == NeighbourKind::solicitation ? source_mac : target_mac;
}

}  // namespace

std::optional<Neighbour> parse_neighbour(const Ipv6Header& header, View message) {
  const bool is_sound = header.protocol == icmpv6_protocol && !header.fragment &&
                        header.hop_limit == neighbour_hop_limit && message.size() >= options_at &&
                        checksum(header, message) == 0;
  if (!is_sound) return std::nullopt;
  const auto kind = static_cast<NeighbourKind>(message[0]);
  if (kind != NeighbourKind::solicitation && kind != NeighbourKind::advertisement) {
    return std::nullopt;
  }
  Neighbour neighbour{kind};
  std::ranges::copy(message.subspan(target_at, 16), neighbour.target.octets.begin());
  for (auto at = options_at; at + option_size <= message.size();) {
    const std::size_t size = message[at + 1] * option_size;
    if (size == 0) return std::nullopt;
    if (message[at] == option_of(kind)) {
      std::ranges::copy(message.subspan(at + 2, 6), neighbour.mac.octets.begin());
      return neighbour;
    }
    at += size;
  }
  return std::nullopt;
}

Bytes neighbour_message(const Ipv6Header& header, const Neighbour& neighbour) {
  Bytes message;
  message.reserve(32);
  message.resize(8);
  message[0] = static_cast<std::uint8_t>(neighbour.kind);
  if (neighbour.kind == NeighbourKind::advertisement) message[flags_at] = solicited_and_override;
  append(message, neighbour.target.octets);
  message.push_back(option_of(neighbour.kind));
  message.push_back(1);
  append(message, neighbour.mac.octets);
  const auto sum = checksum(header, message);
  message[2] = static_cast<std::uint8_t>(sum >> 8);
  message[3] = static_cast<std::uint8_t>(sum);
  return message;
}

Ipv6Address solicited_node(const Ipv6Address& target) {
  Ipv6Address group{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff}};
  std::ranges::copy(View(target.octets).last(3), group.octets.begin() + 13);
  return group;
}

Mac group_mac(const Ipv6Address& group) {
  Mac mac{{0x33, 0x33}};
  std::ranges::copy(View(group.octets).last(4), mac.octets.begin() + 2);
  return mac;
}

}  // namespace refrag::packet
