// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/ipv4.hpp"

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"
#include "framework/packet/checksum.hpp"

namespace refrag::packet {
namespace {

constexpr std::uint16_t dont_fragment_bit = 0x4000;
constexpr std::uint16_t more_fragments_bit = 0x2000;
constexpr std::uint16_t offset_bits = 0x1fff;  // in units of 8 bytes
constexpr std::size_t checksum_at = 10;

Ipv4Header load_header(View bytes) {
  const auto fragment = load16(bytes, 6);
  return {.from = {load32(bytes, 12)},
          .to = {load32(bytes, 16)},
          .service = bytes[1],
          .ttl = bytes[8],
          .protocol = bytes[9],
          .id = load16(bytes, 4),
          .dont_fragment = (fragment & dont_fragment_bit) != 0,
          .more_fragments = (fragment & more_fragments_bit) != 0,
          .offset = static_cast<std::size_t>(fragment & offset_bits) * 8};
}

std::uint16_t fragment_field(const Ipv4Header& header) {
  return static_cast<std::uint16_t>((header.dont_fragment ? dont_fragment_bit : 0) |
                                    (header.more_fragments ? more_fragments_bit : 0) |
                                    (header.offset / 8 & offset_bits));
}

}  // namespace

std::string to_text(Ipv4Address address) {
  const auto v = address.value;
  return fmt::format("{}.{}.{}.{}", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
}

std::optional<Ipv4Packet> parse_ipv4(View bytes) {
  if (bytes.size() < ipv4_header || bytes[0] >> 4 != 4) return std::nullopt;
  const std::size_t header_size = std::size_t{bytes[0] & 15u} * 4;
  const std::size_t length = load16(bytes, 2);
  if (header_size < ipv4_header || length < header_size || length > bytes.size()) {
    return std::nullopt;
  }
  return Ipv4Packet{load_header(bytes), bytes.subspan(header_size, length - header_size), length,
                    checksum(bytes.first(header_size)) == 0,
                    bytes.subspan(ipv4_header, header_size - ipv4_header)};
}

void append_ipv4(Bytes& packet, const Ipv4Header& header, std::size_t payload_size) {
  const auto start = packet.size();
  packet.push_back(0x45);  // version 4, five words
  packet.push_back(header.service);
  append16(packet, static_cast<std::uint16_t>(ipv4_header + payload_size));
  append16(packet, header.id);
  append16(packet, fragment_field(header));
  packet.push_back(header.ttl);
  packet.push_back(header.protocol);
  append16(packet, 0);
  append32(packet, header.from.value);
  append32(packet, header.to.value);
  const auto sum = checksum(View(packet).subspan(start));
  packet[start + checksum_at] = static_cast<std::uint8_t>(sum >> 8);
  packet[start + checksum_at + 1] = static_cast<std::uint8_t>(sum);
}

}  // namespace refrag::packet
