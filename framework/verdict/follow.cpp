// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/follow.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"
#include "framework/packet/icmp.hpp"
#include "framework/packet/ipv4.hpp"
#include "framework/packet/ipv6.hpp"
#include "framework/packet/link.hpp"

namespace refrag::verdict {

using packet::EchoKind;
using packet::View;

namespace {

// A packet of either family, as far as it matters here.
struct Seen {
  const packet::Captured* frame = nullptr;
  std::string tag = {};
  std::vector<std::uint8_t> ends = {};  // both addresses
  std::uint8_t protocol = 0;
  std::uint32_t id = 0;
  bool is_fragment = false;
  bool more = false;
  std::size_t offset = 0;
  View payload = {};
  std::size_t length = 0;  // bytes of IP
};

using Key = std::pair<std::vector<std::uint8_t>, std::uint32_t>;

Key key_of(const Seen& seen) { return {seen.ends, seen.id}; }

std::string tag_text(const packet::Link& link) {
  constexpr int id_bits = 0x0fff;
  std::vector<std::string> parts;
  for (const auto& tag : link.tags) parts.push_back(fmt::format("vlan{}", tag.control & id_bits));
  if (link.session) parts.push_back("pppoe");
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, "+"));
}

bool read_ipv4(View bytes, Seen& seen) {
  const auto packet = packet::parse_ipv4(bytes);
  if (!packet) return false;
  const auto& header = packet->header;
  packet::append32(seen.ends, header.from.value);
  packet::append32(seen.ends, header.to.value);
  seen.protocol = header.protocol;
  seen.id = header.id;
  seen.is_fragment = header.is_fragment();
  seen.more = header.more_fragments;
  seen.offset = header.offset;
  seen.payload = packet->payload;
  seen.length = packet->length;
  return true;
}

bool read_ipv6(View bytes, Seen& seen) {
  const auto packet = packet::parse_ipv6(bytes);
  if (!packet) return false;
  const auto& header = packet->header;
  packet::append(seen.ends, header.from.octets);
  packet::append(seen.ends, header.to.octets);
  seen.protocol = header.protocol;
  seen.payload = packet->payload;
  seen.length = packet->length;
  if (!header.fragment) return true;
  seen.is_fragment = true;
  seen.id = header.fragment->id;
  seen.more = header.fragment->more;
  seen.offset = header.fragment->offset;
  return true;
}

std::vector<Seen> look_into(const packet::Tap& tap) {
  std::vector<Seen> all;
  for (const auto& frame : tap.frames) {
    const auto link = packet::parse_link(frame.bytes);
    if (!link) continue;
    Seen seen{.frame = &frame, .tag = tag_text(link->link)};
    const auto type = link->link.type;
    const bool is_ip = (type == packet::ether_type::ipv4 && read_ipv4(link->payload, seen)) ||
                       (type == packet::ether_type::ipv6 && read_ipv6(link->payload, seen));
    if (is_ip) all.push_back(std::move(seen));
  }
  return all;
}

// Its first bytes are an echo's of ICMP, of ICMPv6, or of UDP, whose ports are the two numbers: the
// requester's first in a request, last in a reply.
bool says(const Seen& seen, const Quarry& quarry, EchoKind kind) {
  const bool is_request = kind == EchoKind::request;
  if (seen.offset != 0 || seen.payload.size() < packet::icmp_echo_header) return false;
  const auto are = [&](std::size_t at, std::uint16_t one, std::uint16_t other) {
    return packet::load16(seen.payload, at) == one && packet::load16(seen.payload, at + 2) == other;
  };
  const auto type = seen.payload[0];
  switch (seen.protocol) {
    case packet::icmp_protocol:
      return type == static_cast<int>(kind) && are(4, quarry.ident, quarry.sequence);
    case packet::icmpv6_protocol:
      return type == (is_request ? packet::echo_request_v6 : packet::echo_reply_v6) &&
             are(4, quarry.ident, quarry.sequence);
    case packet::udp_protocol:
      return is_request ? are(0, quarry.ident, quarry.sequence)
                        : are(0, quarry.sequence, quarry.ident);
    default:
      return false;
  }
}

// Which datagrams in fragments are the echo: those whose first bytes say so.
void add_keys(const std::vector<Seen>& all, const Quarry& quarry, EchoKind kind,
              std::set<Key>& keys) {
  for (const auto& seen : all) {
    if (seen.is_fragment && says(seen, quarry, kind)) keys.insert(key_of(seen));
  }
}

// Whether the fragments cover all from the first byte to one that is the last.
bool is_whole(std::vector<const Seen*> pieces) {
  std::ranges::sort(pieces, {}, &Seen::offset);
  std::size_t end = 0;
  for (const auto* piece : pieces) {
    if (piece->offset > end) return false;
    end = std::max(end, piece->offset + piece->payload.size());
    if (!piece->more) return true;
  }
  return false;
}

std::int64_t micros(const packet::Captured& frame) {
  return std::chrono::duration_cast<std::chrono::microseconds>(frame.at).count();
}

template <class Belongs>
Sighting sighting(const std::string& name, const std::vector<Seen>& all, packet::Way way,
                  Belongs&& belongs) {
  Sighting found{.tap = name};
  std::vector<const Seen*> pieces;
  for (const auto& seen : all) {
    if (seen.frame->way != way || !belongs(seen)) continue;
    if (pieces.empty()) found.at_us = micros(*seen.frame);
    pieces.push_back(&seen);
    found.lengths.push_back(static_cast<int>(seen.length));
    found.tags.push_back(seen.tag);
  }
  found.whole = is_whole(std::move(pieces));
  return found;
}

// A tap that an echo passes, and what was seen there.
struct Stop {
  const packet::Tap* tap = nullptr;
  bool in_guest = false;
  bool is_senders = false;
  std::vector<Seen> seen = {};

  Sighting sighting(bool is_reply, const auto& belongs) const {
    const bool comes_in = (is_senders != is_reply) != in_guest;
    auto found = verdict::sighting(
        tap->name, seen, comes_in ? packet::Way::into_bridge : packet::Way::out_of_bridge, belongs);
    found.in_guest = in_guest;
    return found;
  }
};

std::vector<Sighting> way_of(EchoKind kind, const std::vector<Stop>& stops, const Quarry& quarry) {
  std::set<Key> keys;
  for (const auto& stop : stops) add_keys(stop.seen, quarry, kind, keys);
  const auto belongs = [&](const Seen& seen) {
    return seen.is_fragment ? keys.contains(key_of(seen)) : says(seen, quarry, kind);
  };
  std::vector<Sighting> way;
  way.reserve(stops.size());
  const bool is_reply = kind == EchoKind::reply;
  for (const auto& stop : stops) way.push_back(stop.sighting(is_reply, belongs));
  if (is_reply) std::ranges::reverse(way);
  return way;
}

}  // namespace

Way follow(const packet::Tap& sender, const packet::Tap& peer, const Quarry& quarry,
           const Inside& inside) {
  std::vector<Stop> stops = {{inside.sender, true, true},
                             {&sender, false, true},
                             {&peer, false, false},
                             {inside.peer, true, false}};
  std::erase_if(stops, [](const Stop& stop) { return stop.tap == nullptr; });
  for (auto& stop : stops) stop.seen = look_into(*stop.tap);
  Way way{way_of(EchoKind::request, stops, quarry), way_of(EchoKind::reply, stops, quarry)};
  const auto first = std::ranges::find_if(way.request, &Sighting::seen);
  const auto start = first == way.request.end() ? 0 : first->at_us;
  for (auto* sightings : {&way.request, &way.reply}) {
    for (auto& one : *sightings) one.at_us = one.seen() ? one.at_us - start : 0;
  }
  return way;
}

}  // namespace refrag::verdict
