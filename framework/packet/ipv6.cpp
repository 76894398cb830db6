// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/ipv6.hpp"

#include <algorithm>

#include <arpa/inet.h>

#include "framework/packet/arithmetic.hpp"
#include "framework/packet/checksum.hpp"

namespace refrag::packet {
namespace {

constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment_header = 44, destination = 60;

Ipv6Address load_address(View bytes, std::size_t at) {
  Ipv6Address address;
  std::ranges::copy(bytes.subspan(at, address.octets.size()), address.octets.begin());
  return address;
}

bool is_extension(std::uint8_t protocol) {
  return protocol == hop_by_hop || protocol == routing || protocol == destination;
}

// Where `rest` begins behind the extension headers, with `protocol` set to what is there.
std::optional<std::size_t> skip_extensions(View rest, std::uint8_t& protocol) {
  std::size_t at = 0;
  while (is_extension(protocol)) {
    if (rest.size() < at + 8) return std::nullopt;
    const auto size = (std::size_t{rest[at + 1]} + 1) * 8;
    if (rest.size() < at + size) return std::nullopt;
    protocol = rest[at];
    at += size;
  }
  return at;
}

Ipv6Header load_header(View bytes) {
  const auto first = load32(bytes, 0);
  return {.from = load_address(bytes, 8),
          .to = load_address(bytes, 24),
          .service = static_cast<std::uint8_t>(first >> 20),
          .flow = first & 0xfffff,
          .hop_limit = bytes[7],
          .protocol = bytes[6]};
}

}  // namespace

std::string to_text(const Ipv6Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, address.octets.data(), text, sizeof text);
  return text;
}

std::optional<Ipv6Packet> parse_ipv6(View bytes) {
  if (bytes.size() < ipv6_header || bytes[0] >> 4 != 6) return std::nullopt;
  const std::size_t rest_size = load16(bytes, 4);
  if (ipv6_header + rest_size > bytes.size()) return std::nullopt;
  Ipv6Packet packet{load_header(bytes), {}, {}, ipv6_header + rest_size};
  auto& header = packet.header;
  const auto rest = bytes.subspan(ipv6_header, rest_size);
  const auto begin = skip_extensions(rest, header.protocol);
  if (!begin) return std::nullopt;
  packet.extensions = rest.first(*begin);
  packet.payload = rest.subspan(*begin);
  if (header.protocol != fragment_header) return packet;
  if (packet.payload.size() < ipv6_fragment_header) return std::nullopt;
  const auto place = load16(packet.payload, 2);
  const auto reserved = static_cast<std::uint16_t>(packet.payload[1] << 8 | (place & 6));
  header.fragment = {load32(packet.payload, 4), std::size_t{place & 0xfff8u}, (place & 1) != 0,
                     reserved};
  header.protocol = packet.payload[0];
  packet.payload = packet.payload.subspan(ipv6_fragment_header);
  return packet;
}

void append_ipv6(Bytes& packet, const Ipv6Header& header, std::size_t payload_size) {
  const auto& fragment = header.fragment;
  append32(packet, 6u << 28 | std::uint32_t{header.service} << 20 | header.flow);
  append16(packet,
           static_cast<std::uint16_t>(payload_size + (fragment ? ipv6_fragment_header : 0)));
  packet.push_back(fragment ? fragment_header : header.protocol);
  packet.push_back(header.hop_limit);
  append(packet, header.from.octets);
  append(packet, header.to.octets);
  if (!fragment) return;
  packet.push_back(header.protocol);
  packet.push_back(0);
  append16(packet, static_cast<std::uint16_t>(fragment->offset | (fragment->more ? 1 : 0)));
  append32(packet, fragment->id);
}

std::uint16_t checksum(const Ipv6Header& header, View message) {
  Bytes bytes;
  bytes.reserve(ipv6_header + message.size());
  append(bytes, header.from.octets);
  append(bytes, header.to.octets);
  append32(bytes, static_cast<std::uint32_t>(message.size()));
  append32(bytes, header.protocol);
  append(bytes, message);
  return checksum(bytes);
}

}  // namespace refrag::packet
