// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/reassembly.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "framework/packet/arithmetic.hpp"

namespace refrag::packet {
namespace {

constexpr std::size_t largest_payload = 65535 - ipv4_header;

std::size_t end_of(const Ipv4Packet& packet) {
  return packet.header.offset + packet.payload.size();
}

bool same_datagram(const Ipv4Header& a, const Ipv4Header& b) {
  return a.id == b.id && a.from == b.from && a.to == b.to && a.protocol == b.protocol;
}

bool is_sound(const Ipv4Packet& packet) {
  const auto size = packet.payload.size();
  return size > 0 && end_of(packet) <= largest_payload &&
         (!packet.header.more_fragments || size % 8 == 0);
}

Ipv4Header without_fragment(Ipv4Header header) {
  header.more_fragments = false;
  header.offset = 0;
  return header;
}

}  // namespace

std::optional<Datagram> Reassembler::add(const Ipv4Packet& packet, Time now) {
  if (!packet.header.is_fragment()) {
    return Datagram{
        packet.header, {packet.payload.begin(), packet.payload.end()}, 1, 0, packet.length};
  }
  expire(now);
  if (!is_sound(packet)) {
    ++notes_.malformed;
    return std::nullopt;
  }
  const auto part = part_for(packet.header, now);
  if (!put(packet, *part)) {
    drop(part);
    return std::nullopt;
  }
  const auto& first = part->have.front();
  if (part->size && first.begin == 0 && first.end == *part->size) {
    auto whole = std::exchange(part->datagram, {});
    bytes_ -= whole.payload.size();
    parts_.erase(part);
    return whole;
  }
  make_room(part);
  return std::nullopt;
}

Reassembler::Parts::iterator Reassembler::part_for(const Ipv4Header& header, Time now) {
  const auto known = std::find_if(parts_.rbegin(), parts_.rend(), [&](const Part& part) {
    return same_datagram(part.datagram.header, header);
  });
  if (known != parts_.rend()) return std::prev(known.base());
  parts_.push_back({.datagram = {.header = without_fragment(header)}, .since = now});
  return std::prev(parts_.end());
}

// False when the datagram cannot be trusted any more.
bool Reassembler::put(const Ipv4Packet& packet, Part& part) {
  const auto begin = packet.header.offset, end = end_of(packet);
  const auto held = part.datagram.payload.size();
  const bool is_last = !packet.header.more_fragments;
  const bool beyond = part.size && (is_last ? end != *part.size : end > *part.size);
  if (beyond || (is_last && end < held)) {
    ++notes_.malformed;
    return false;
  }
  const auto meets = [&](const Range& range) { return begin < range.end && range.begin < end; };
  const auto met = std::ranges::find_if(part.have, meets);
  if (met == part.have.end()) {
    insert(packet, part);
    return true;
  }
  const auto at = part.datagram.payload.begin() + static_cast<std::ptrdiff_t>(begin);
  if (met->begin <= begin && end <= met->end &&
      std::equal(packet.payload.begin(), packet.payload.end(), at)) {
    ++part.datagram.repeated;
    return true;
  }
  ++notes_.overlapping;
  return false;
}

void Reassembler::insert(const Ipv4Packet& packet, Part& part) {
  auto& datagram = part.datagram;
  const Range range{packet.header.offset, end_of(packet)};
  if (datagram.payload.size() < range.end) {
    bytes_ += range.end - datagram.payload.size();
    datagram.payload.resize(range.end);
  }
  std::ranges::copy(packet.payload,
                    datagram.payload.begin() + static_cast<std::ptrdiff_t>(range.begin));
  ++datagram.fragments;
  datagram.longest = std::max(datagram.longest, packet.length);
  if (range.begin == 0) datagram.header = without_fragment(packet.header);
  if (!packet.header.more_fragments) part.size = range.end;

  auto& have = part.have;
  auto next = std::ranges::lower_bound(have, range.begin, {}, &Range::begin);
  next = have.insert(next, range);
  if (const auto after = std::next(next); after != have.end() && after->begin == next->end) {
    next->end = after->end;
    have.erase(after);
  }
  if (next != have.begin() && std::prev(next)->end == next->begin) {
    std::prev(next)->end = next->end;
    have.erase(next);
  }
}

void Reassembler::expire(Time now) {
  while (!parts_.empty() && now - parts_.front().since > limits_.age) {
    drop(parts_.begin());
    ++notes_.expired;
  }
}

void Reassembler::make_room(Parts::const_iterator keep) {
  while (bytes_ > limits_.bytes || parts_.size() > limits_.datagrams) {
    auto oldest = parts_.begin();
    if (oldest == keep) ++oldest;
    if (oldest == parts_.end()) return;
    drop(oldest);
    ++notes_.evicted;
  }
}

void Reassembler::drop(Parts::iterator part) {
  bytes_ -= part->datagram.payload.size();
  parts_.erase(part);
}

}  // namespace refrag::packet
