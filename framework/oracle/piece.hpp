// SPDX-License-Identifier: GPL-2.0-or-later
// One captured frame as the oracle sees it: what is around the packet, what its header says, and
// which bytes of which datagram it carries. Anything that is no sound IP is opaque: then the frame
// is its own datagram and all of it is payload.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

#include "framework/packet/arithmetic.hpp"
#include "framework/packet/link.hpp"

namespace refrag::oracle {

// A frame at a tap. The bytes are somebody else's and have to stay while the oracle looks.
struct Frame {
  std::chrono::nanoseconds at{};  // since whatever both taps share
  packet::View bytes;
};
using Frames = std::vector<Frame>;

using Address = std::array<std::uint8_t, 16>;  // an IPv4 address is in the first four

// What a header says of its datagram. A bridge has no business with any of it.
struct Head {
  packet::Family family = packet::Family::ipv4;
  Address from = {};
  Address to = {};
  std::uint8_t protocol = 0;
  std::uint8_t hops = 0;     // TTL, hop limit
  std::uint8_t service = 0;  // DSCP and ECN
  std::uint32_t flow = 0;    // IPv6
  std::uint32_t id = 0;      // IPv4's identification, IPv6's where there is a fragment header

  bool same_ends(const Head& other) const {
    return family == other.family && from == other.from && to == other.to &&
           protocol == other.protocol;
  }
};

struct Piece {
  std::size_t frame = 0;  // its place in the capture
  packet::Link link = {};
  bool is_ip = false;
  Head head = {};
  bool dont_fragment = false;
  bool is_fragment = false;
  bool more = false;
  std::size_t offset = 0;  // of its payload in the datagram's
  packet::View payload = {};
  packet::View options = {};  // IPv4's, or the extension headers before IPv6's fragment header
  std::size_t length = 0;     // bytes of IP, or behind the tags of what is opaque
  std::string fault = {};     // what is wrong with the frame itself: a checksum, a length

  std::size_t end() const { return offset + payload.size(); }
  // What counts against the MTU: tags do not, PPPoE does.
  std::size_t room() const { return length + (link.session ? packet::pppoe_headers : 0); }
};

Piece piece_of(packet::View frame, std::size_t index);

// "vlan 3 IPv4 10.0.0.1 > 10.0.0.2 id 99, bytes 0 to 1480 of more, 1500 long"
std::string to_text(const Piece& piece);
std::string address_text(const Head& head, const Address& address);

}  // namespace refrag::oracle
