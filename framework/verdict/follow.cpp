// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/follow.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "framework/packet/icmp.hpp"
#include "framework/packet/ipv4.hpp"
#include "framework/packet/link.hpp"

namespace refrag::verdict {

using packet::EchoKind;

namespace {

struct Seen {
  const packet::Captured* frame;
  std::string tag;
  packet::Ipv4Packet packet;
};

using Key = std::tuple<packet::Ipv4Address, packet::Ipv4Address, std::uint16_t>;

Key key_of(const packet::Ipv4Packet& packet) {
  return {packet.header.from, packet.header.to, packet.header.id};
}

std::string tag_text(const packet::Link& link) {
  constexpr int id_bits = 0x0fff;
  std::vector<std::string> parts;
  for (const auto& tag : link.tags) parts.push_back(fmt::format("vlan{}", tag.control & id_bits));
  if (link.session) parts.push_back("pppoe");
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, "+"));
}

std::vector<Seen> look_into(const packet::Tap& tap) {
  std::vector<Seen> all;
  for (const auto& frame : tap.frames) {
    const auto link = packet::parse_link(frame.bytes);
    if (!link || link->link.type != packet::ether_type::ipv4) continue;
    const auto packet = packet::parse_ipv4(link->payload);
    if (!packet || packet->header.protocol != packet::icmp_protocol) continue;
    all.push_back({&frame, tag_text(link->link), *packet});
  }
  return all;
}

// Which datagrams are the echo: those whose first bytes say so.
void add_keys(const std::vector<Seen>& all, const Quarry& quarry, EchoKind kind,
              std::set<Key>& keys) {
  for (const auto& [frame, tag, packet] : all) {
    if (packet.header.offset != 0) continue;
    const auto echo = packet::parse_echo(packet.payload);
    if (!echo || echo->kind != kind) continue;
    if (echo->ident == quarry.ident && echo->sequence == quarry.sequence) {
      keys.insert(key_of(packet));
    }
  }
}

// Whether the fragments cover all from the first byte to one that is the last.
bool is_whole(std::vector<const packet::Ipv4Packet*> pieces) {
  std::ranges::sort(pieces, {}, [](const auto* piece) { return piece->header.offset; });
  std::size_t end = 0;
  for (const auto* piece : pieces) {
    if (piece->header.offset > end) return false;
    end = std::max(end, piece->header.offset + piece->payload.size());
    if (!piece->header.more_fragments) return true;
  }
  return false;
}

std::int64_t micros(const packet::Captured& frame) {
  return std::chrono::duration_cast<std::chrono::microseconds>(frame.at).count();
}

Sighting sighting(const std::string& name, const std::vector<Seen>& all, const std::set<Key>& keys,
                  packet::Way way) {
  Sighting found{.tap = name};
  std::vector<const packet::Ipv4Packet*> pieces;
  for (const auto& [frame, tag, packet] : all) {
    if (frame->way != way || !keys.contains(key_of(packet))) continue;
    if (pieces.empty()) found.at_us = micros(*frame);
    pieces.push_back(&packet);
    found.lengths.push_back(static_cast<int>(packet.length));
    found.tags.push_back(tag);
  }
  found.whole = is_whole(std::move(pieces));
  return found;
}

}  // namespace

Way follow(const packet::Tap& sender, const packet::Tap& peer, const Quarry& quarry) {
  using packet::Way::into_bridge;
  using packet::Way::out_of_bridge;
  const auto near = look_into(sender);
  const auto far = look_into(peer);
  std::set<Key> requests, replies;
  for (const auto* all : {&near, &far}) {
    add_keys(*all, quarry, EchoKind::request, requests);
    add_keys(*all, quarry, EchoKind::reply, replies);
  }
  Way way{{sighting(sender.name, near, requests, into_bridge),
           sighting(peer.name, far, requests, out_of_bridge)},
          {sighting(peer.name, far, replies, into_bridge),
           sighting(sender.name, near, replies, out_of_bridge)}};
  const auto start = way.request.front().at_us;
  for (auto* sightings : {&way.request, &way.reply}) {
    for (auto& one : *sightings) one.at_us = one.seen() ? one.at_us - start : 0;
  }
  return way;
}

}  // namespace refrag::verdict
