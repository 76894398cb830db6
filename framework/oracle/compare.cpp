// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/oracle/compare.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "framework/packet/ipv4.hpp"

namespace refrag::oracle {

using packet::Family;
using packet::View;

namespace {

std::size_t mix(std::size_t seed, std::size_t value) {
  return (seed ^ value) * 0x9e3779b97f4a7c15u + (seed >> 29);
}

std::size_t hash_bytes(View bytes) { return std::hash<std::string_view>()(packet::as_text(bytes)); }

bool same_bytes(View a, View b) { return std::ranges::equal(a, b); }

// IPv6's identification is the fragmenter's, not the datagram's.
bool same_id(const Head& a, const Head& b) { return a.family == Family::ipv6 || a.id == b.id; }

bool same_head(const Head& a, const Head& b) {
  return a.same_ends(b) && same_id(a, b) && a.hops == b.hops && a.service == b.service &&
         a.flow == b.flow;
}

// Ports or ICMP's identifier: what tells an upper layer's messages apart.
bool same_message(View a, View b) {
  constexpr std::size_t head = 8, sum_at = 2, sum = 2;
  if (a.size() < head || b.size() < head) return false;
  return same_bytes(a.first(sum_at), b.first(sum_at)) &&
         same_bytes(a.subspan(sum_at + sum, head - sum_at - sum),
                    b.subspan(sum_at + sum, head - sum_at - sum));
}

bool mostly_same_bytes(View a, View b) {
  const auto most = std::max(a.size(), b.size()), least = std::min(a.size(), b.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < least; ++i) same += a[i] == b[i];
  return same * 2 > most;
}

std::string range_of(std::size_t begin, std::size_t end) {
  return end == begin + 1 ? fmt::format("byte {}", begin)
                          : fmt::format("bytes {} to {}", begin, end - 1);
}

std::string payload_text(View a, View b) {
  if (a.size() != b.size()) {
    return fmt::format("{} bytes of payload entered, {} left", a.size(), b.size());
  }
  std::size_t begin = 0, end = a.size(), count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i];
  while (begin < end && a[begin] == b[begin]) ++begin;
  while (end > begin && a[end - 1] == b[end - 1]) --end;
  return fmt::format("{} of {} bytes of payload differ, within {}", count, a.size(),
                     range_of(begin, end));
}

void compare_heads(const Piece& a, const Piece& b, Differences& found) {
  const auto address = [&](const char* what, const Address& before, const Address& after) {
    if (before == after) return;
    found.emplace_back(Kind::address_changed,
                       fmt::format("its {} was {} and is {}", what, address_text(a.head, before),
                                   address_text(b.head, after)));
  };
  address("source", a.head.from, b.head.from);
  address("destination", a.head.to, b.head.to);
  const auto number = [&](const char* what, std::uint32_t before, std::uint32_t after) {
    if (before == after) return;
    found.emplace_back(Kind::header_changed,
                       fmt::format("its {} was {} and is {}", what, before, after));
  };
  number("protocol", a.head.protocol, b.head.protocol);
  number("hop count", a.head.hops, b.head.hops);
  number("traffic class", a.head.service, b.head.service);
  number("flow label", a.head.flow, b.head.flow);
  if (!same_id(a.head, b.head)) number("identification", a.head.id, b.head.id);
  if (!same_bytes(a.options, b.options)) {
    found.emplace_back(Kind::header_changed, "its header's options are others");
  }
}

// Of the first packet by field; here any of the others.
void compare_other_heads(const Datagram& entered, const Datagram& left, Differences& found) {
  const auto& head = entered.first().head;
  const auto is_alike = [&](const Piece& piece) {
    return piece.head.hops == head.hops && piece.head.service == head.service &&
           piece.head.flow == head.flow;
  };
  if (!is_alike(left.first()) || !std::ranges::all_of(entered.pieces, is_alike)) return;
  if (std::ranges::all_of(left.pieces, is_alike)) return;
  found.emplace_back(Kind::header_changed, "the headers of its fragments differ where it left");
}

void compare_df(const Datagram& entered, const Datagram& left, Differences& found) {
  const bool before = entered.first().dont_fragment;
  const auto has_it = [&](const Piece& piece) { return piece.dont_fragment == before; };
  if (!std::ranges::all_of(entered.pieces, has_it)) return;  // the sender was not of one mind
  if (std::ranges::all_of(left.pieces, has_it)) return;
  found.emplace_back(Kind::df_changed, before ? "it entered with DF set and left without"
                                              : "it entered without DF and left with it");
}

void compare_sizes(const Datagram& entered, const Datagram& left, const Rules& rules,
                   Differences& found) {
  const auto was = entered.longest(), is = left.longest();
  if (is <= was || !left.first().is_ip) return;
  const auto room = std::ranges::max_element(left.pieces, {}, &Piece::room)->room();
  const auto over = room > static_cast<std::size_t>(rules.mtu);
  found.emplace_back(
      over ? Kind::over_mtu : Kind::over_largest_fragment,
      fmt::format("it entered in packets of at most {} bytes and left in one of {}", was, is));
}

void compare_faults(const Datagram& entered, const Datagram& left, Differences& found) {
  const auto has_none = [](const Piece& piece) { return piece.fault.empty(); };
  if (!std::ranges::all_of(entered.pieces, has_none)) return;
  const auto broken = std::ranges::find_if_not(left.pieces, has_none);
  if (broken == left.pieces.end()) return;
  found.emplace_back(Kind::broken_frame, fmt::format("a frame of it is broken: {}", broken->fault));
}

std::string tags_words(const packet::Link& due, const packet::Link& left) {
  return fmt::format("its tags are not the same: {} was due, {} left", packet::tags_text(due),
                     packet::tags_text(left));
}

}  // namespace

bool is_same(const Datagram& a, const Datagram& b) {
  const auto &first = a.first(), &other = b.first();
  return first.is_ip == other.is_ip && first.link == other.link &&
         same_head(first.head, other.head) && same_bytes(first.options, other.options) &&
         same_bytes(a.payload(), b.payload());
}

std::size_t hash_of(const Datagram& datagram) {
  const auto& first = datagram.first();
  auto hash = mix(hash_bytes(datagram.payload()), first.link.tags.size());
  hash = mix(hash, hash_bytes(first.head.from) ^ hash_bytes(first.head.to) << 1);
  if (first.head.family == Family::ipv4) hash = mix(hash, first.head.id);
  return mix(hash, first.head.protocol);
}

int likeness(const Datagram& entered, const Datagram& left) {
  constexpr int bytes = 8, ends = 4, id = 4, message = 2, tags = 2, link = 1;
  const auto &a = entered.first(), &b = left.first();
  if (a.is_ip != b.is_ip || a.head.family != b.head.family) return 0;
  const bool same = same_bytes(entered.payload(), left.payload());
  const bool ends_meet = a.head.same_ends(b.head);
  const bool is_v4 = a.is_ip && a.head.family == Family::ipv4;
  const bool known = is_v4 ? ends_meet && a.head.id == b.head.id
                           : ends_meet && mostly_same_bytes(entered.payload(), left.payload());
  if (!same && !known) return 0;
  return (same ? bytes : 0) + (ends_meet ? ends : 0) + (is_v4 && a.head.id == b.head.id ? id : 0) +
         (same_message(entered.payload(), left.payload()) ? message : 0) +
         (a.link.tags == b.link.tags && a.link.session == b.link.session ? tags : 0) +
         (a.link.from == b.link.from && a.link.to == b.link.to ? link : 0);
}

Differences link_differences(const packet::Link& a, const packet::Link& b) {
  Differences found;
  const auto depth = [](const packet::Link& link) {
    return link.tags.size() + (link.session ? 1 : 0);
  };
  if (a.tags != b.tags || a.session != b.session) {
    const auto before = depth(a), after = depth(b);
    const auto kind = after > before   ? Kind::tag_added
                      : after < before ? Kind::tag_lost
                                       : Kind::tag_changed;
    found.emplace_back(kind, tags_words(a, b));
  }
  if (a.from != b.from || a.to != b.to) {
    found.emplace_back(
        Kind::link_address_changed,
        fmt::format("it entered from {} to {} and left from {} to {}", packet::to_text(a.from),
                    packet::to_text(a.to), packet::to_text(b.from), packet::to_text(b.to)));
  }
  return found;
}

Differences differences(const Datagram& entered, const Datagram& left, const Rules& rules) {
  const auto &a = entered.first(), &b = left.first();
  auto found = link_differences(a.link, b.link);
  if (a.is_ip && b.is_ip) compare_heads(a, b, found);
  if (!same_bytes(entered.payload(), left.payload())) {
    found.emplace_back(Kind::payload_changed, payload_text(entered.payload(), left.payload()));
  }
  compare_other_heads(entered, left, found);
  compare_df(entered, left, found);
  compare_sizes(entered, left, rules, found);
  compare_faults(entered, left, found);
  return found;
}

std::string who(const Datagram& datagram) {
  const auto& first = datagram.first();
  const auto& head = first.head;
  if (!first.is_ip) {
    return fmt::format("a frame of type {:04x} and {} bytes ({})", first.link.type, first.length,
                       packet::tags_text(first.link));
  }
  return fmt::format("{} {} > {} id {:x} ({}), {} bytes in {} packet{}",
                     head.family == Family::ipv4 ? "IPv4" : "IPv6", address_text(head, head.from),
                     address_text(head, head.to), head.id, packet::tags_text(first.link),
                     datagram.payload().size(), datagram.pieces.size(),
                     datagram.pieces.size() == 1 ? "" : "s");
}

}  // namespace refrag::oracle
