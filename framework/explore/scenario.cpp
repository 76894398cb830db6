// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/explore/scenario.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/packet/checksum.hpp"

namespace refrag::explore {

using packet::Bytes;
using packet::Composition;
using packet::Family;

namespace {

constexpr std::size_t udp_header = 8;

packet::Link link_of(const Item& item) {
  const bool is_a = item.from == Side::a;
  packet::Link link{.to = is_a ? mac_b : mac_a, .from = is_a ? mac_a : mac_b, .tags = item.tags};
  if (item.pppoe) link.session = 1;
  if (item.family == Family::ipv6) link.type = packet::ether_type::ipv6;
  return link;
}

packet::Ipv6Address ipv6_of(std::uint32_t net, std::uint8_t host) {
  packet::Ipv6Address address{{0xfd, 0x72}};
  for (std::size_t i = 0; i < 4; ++i) {
    address.octets[4 + i] = static_cast<std::uint8_t>(net >> (24 - 8 * i));
  }
  address.octets[15] = host;
  return address;
}

// UDP with bytes that are the item's alone.
Bytes message(const Item& item, std::size_t index, std::uint32_t salt, std::uint32_t pseudo_sum) {
  Bytes bytes;
  bytes.reserve(item.size);
  packet::append16(bytes, static_cast<std::uint16_t>(20000 + item.flow));
  packet::append16(bytes, 20000);
  packet::append16(bytes, static_cast<std::uint16_t>(item.size));
  packet::append16(bytes, 0);
  std::minstd_rand random(static_cast<unsigned>(salt * 2654435761u + index + 1));
  while (bytes.size() < item.size) bytes.push_back(static_cast<std::uint8_t>(random() >> 8));
  auto sum = pseudo_sum + static_cast<std::uint16_t>(~packet::checksum(bytes));
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  auto field = static_cast<std::uint16_t>(~sum);
  if (field == 0) field = 0xffff;
  bytes[6] = static_cast<std::uint8_t>(field >> 8);
  bytes[7] = static_cast<std::uint8_t>(field);
  return bytes;
}

std::uint32_t pseudo_sum(const Composition& datagram, std::size_t size) {
  Bytes bytes;
  if (datagram.family == Family::ipv4) {
    packet::append32(bytes, datagram.v4.from.value);
    packet::append32(bytes, datagram.v4.to.value);
  } else {
    packet::append(bytes, datagram.v6.from.octets);
    packet::append(bytes, datagram.v6.to.octets);
  }
  packet::append32(bytes, packet::udp_protocol);
  packet::append32(bytes, static_cast<std::uint32_t>(size));
  return static_cast<std::uint16_t>(~packet::checksum(bytes));
}

// The salt is in the second and third byte of IPv4's addresses, so it comes back after 65536 tries.
Composition composition(const Item& item, std::size_t index, std::uint32_t salt) {
  Composition datagram{.link = link_of(item), .family = item.family};
  const auto net = static_cast<std::uint8_t>(salt >> 8), sub = static_cast<std::uint8_t>(salt);
  const auto host = static_cast<std::uint8_t>(1 + item.flow * 2);
  const auto peer = static_cast<std::uint8_t>(host + 1);
  auto one = packet::ipv4(10, net, sub, host), other = packet::ipv4(10, net, sub, peer);
  auto one6 = ipv6_of(salt, host), other6 = ipv6_of(salt, peer);
  if (item.from == Side::b) {
    std::swap(one, other);
    std::swap(one6, other6);
  }
  const auto id = static_cast<std::uint16_t>(1 + index + salt * 251);
  datagram.v4 = {.from = one,
                 .to = other,
                 .protocol = packet::udp_protocol,
                 .id = id,
                 .dont_fragment = item.dont_fragment};
  datagram.v6 = {.from = one6, .to = other6, .protocol = packet::udp_protocol};
  datagram.v6_id = salt << 12 | static_cast<std::uint32_t>(index + 1);
  datagram.payload = message(item, index, salt, pseudo_sum(datagram, item.size));
  return datagram;
}

std::string item_text(const Scenario& scenario, std::size_t index) {
  const auto& item = scenario.items[index];
  std::vector<std::string> parts;
  for (const auto& shot : scenario.shots) {
    if (shot.item == index) parts.push_back(fmt::format("{}..{}", shot.begin, shot.end));
  }
  packet::Link link{.tags = item.tags};
  if (item.pppoe) link.session = 1;
  return fmt::format("{} {}{} {} flow {}, {} bytes as {}",
                     item.family == Family::ipv4 ? "IPv4" : "IPv6", packet::tags_text(link),
                     item.dont_fragment ? " DF" : "", item.from == Side::a ? "a>b" : "b>a",
                     item.flow, item.size, fmt::join(parts, " "));
}

}  // namespace

std::vector<Bytes> frames_of(const Scenario& scenario, std::uint32_t salt) {
  std::vector<Composition> datagrams;
  for (std::size_t i = 0; i < scenario.items.size(); ++i) {
    datagrams.push_back(composition(scenario.items[i], i, salt));
  }
  std::vector<Bytes> frames;
  for (const auto& shot : scenario.shots) {
    frames.push_back(packet::compose(datagrams.at(shot.item), shot.begin, shot.end));
  }
  return frames;
}

std::size_t complete_items(const Scenario& scenario) {
  std::size_t complete = 0;
  for (std::size_t i = 0; i < scenario.items.size(); ++i) {
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    for (const auto& shot : scenario.shots) {
      if (shot.item == i) ranges.emplace_back(shot.begin, shot.end);
    }
    std::ranges::sort(ranges);
    std::size_t reached = 0;
    for (const auto& [begin, end] : ranges) {
      if (begin <= reached) reached = std::max(reached, end);
    }
    complete += reached >= scenario.items[i].size;
  }
  return complete;
}

std::string to_text(const Scenario& scenario) {
  std::string text = fmt::format("{} datagram{} in {} frame{}", scenario.items.size(),
                                 scenario.items.size() == 1 ? "" : "s", scenario.shots.size(),
                                 scenario.shots.size() == 1 ? "" : "s");
  for (std::size_t i = 0; i < scenario.items.size(); ++i) {
    text += fmt::format("\n  {}: {}", i, item_text(scenario, i));
  }
  if (scenario.items.size() > 1) {
    text += "\n  in this order:";
    for (const auto& shot : scenario.shots) text += fmt::format(" {}:{}", shot.item, shot.begin);
  }
  for (const auto& [name, value] : scenario.knobs) text += fmt::format("\n  {} = {}", name, value);
  return text;
}

}  // namespace refrag::explore
