// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/oracle/piece.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/packet/ipv4.hpp"
#include "framework/packet/ipv6.hpp"

namespace refrag::oracle {

using packet::Family;
using packet::View;

namespace {

Address address_of(packet::Ipv4Address address) {
  const auto v = address.value;
  return {static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
          static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
}

bool read_ipv4(View bytes, Piece& piece) {
  const auto packet = packet::parse_ipv4(bytes);
  if (!packet) return false;
  const auto& header = packet->header;
  piece.head = {.family = Family::ipv4,
                .from = address_of(header.from),
                .to = address_of(header.to),
                .protocol = header.protocol,
                .hops = header.ttl,
                .service = header.service,
                .id = header.id};
  piece.dont_fragment = header.dont_fragment;
  piece.is_fragment = header.is_fragment();
  piece.more = header.more_fragments;
  piece.offset = header.offset;
  piece.payload = packet->payload;
  piece.options = packet->options;
  piece.length = packet->length;
  if (!packet->checksum_ok) piece.fault = "its IP checksum is wrong";
  return true;
}

bool read_ipv6(View bytes, Piece& piece) {
  const auto packet = packet::parse_ipv6(bytes);
  if (!packet) return false;
  const auto& header = packet->header;
  piece.head = {.family = Family::ipv6,
                .from = header.from.octets,
                .to = header.to.octets,
                .protocol = header.protocol,
                .hops = header.hop_limit,
                .service = header.service,
                .flow = header.flow};
  if (header.fragment) {
    piece.head.id = header.fragment->id;
    piece.offset = header.fragment->offset;
    piece.more = header.fragment->more;
    piece.is_fragment = piece.more || piece.offset != 0;
    if (header.fragment->reserved != 0)
      piece.fault = "reserved bits of its fragment header are set";
  }
  piece.payload = packet->payload;
  piece.options = packet->extensions;
  piece.length = packet->length;
  return true;
}

bool read_ip(View bytes, Piece& piece) {
  if (piece.link.type == packet::ether_type::ipv4) return read_ipv4(bytes, piece);
  if (piece.link.type == packet::ether_type::ipv6) return read_ipv6(bytes, piece);
  return false;
}

// What a card adds to short frames is nobody's; a tag that comes or goes leaves some of it.
View without_padding(View payload) {
  auto size = payload.size();
  while (size > 0 && size <= packet::least_frame && payload[size - 1] == 0) --size;
  return payload.first(size);
}

std::string range_text(const Piece& piece) {
  if (!piece.is_fragment) return {};
  return fmt::format(", bytes {} to {}{}", piece.offset, piece.end(),
                     piece.more ? " and more to come" : " and the last");
}

}  // namespace

Piece piece_of(View frame, std::size_t index) {
  Piece piece;
  piece.frame = index;
  const auto parsed = packet::parse_link(frame);
  if (!parsed) {
    piece.payload = frame;
    piece.length = frame.size();
    piece.fault = "it is no Ethernet frame";
    return piece;
  }
  piece.link = parsed->link;
  piece.is_ip = read_ip(parsed->payload, piece);
  if (!piece.is_ip) {
    piece.payload = without_padding(parsed->payload);
    piece.length = parsed->payload.size();
    const bool claims_ip =
        piece.link.type == packet::ether_type::ipv4 || piece.link.type == packet::ether_type::ipv6;
    if (claims_ip) piece.fault = "its IP header contradicts itself or the frame's length";
  } else if (parsed->pppoe && *parsed->pppoe != piece.length) {
    piece.fault =
        fmt::format("PPPoE announces {} bytes of IP, there are {}", *parsed->pppoe, piece.length);
  }
  return piece;
}

std::string address_text(const Head& head, const Address& address) {
  if (head.family == Family::ipv6) return packet::to_text(packet::Ipv6Address{address});
  return packet::to_text(packet::ipv4(address[0], address[1], address[2], address[3]));
}

std::string to_text(const Piece& piece) {
  const auto& [link, head] = std::tie(piece.link, piece.head);
  auto text = fmt::format("{} > {} {}", packet::to_text(link.from), packet::to_text(link.to),
                          packet::tags_text(link));
  if (!piece.is_ip) {
    text += fmt::format(" type {:04x}, {} bytes", link.type, piece.length);
  } else {
    text += fmt::format(" {} {} > {} protocol {} id {:x}{}{}, {} bytes",
                        head.family == Family::ipv4 ? "IPv4" : "IPv6",
                        address_text(head, head.from), address_text(head, head.to), head.protocol,
                        head.id, piece.dont_fragment ? " DF" : "", range_text(piece), piece.length);
  }
  return piece.fault.empty() ? text : text + " (" + piece.fault + ")";
}

}  // namespace refrag::oracle
