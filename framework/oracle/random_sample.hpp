// SPDX-License-Identifier: GPL-2.0-or-later
// For the tests of the oracle: datagrams of every kind, cut and mixed at random.
#pragma once

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "framework/oracle/sample.hpp"

namespace refrag::oracle::sample {

using packet::Family;
using Random = std::mt19937;

inline std::size_t upto(Random& random, std::size_t most) { return random() % (most + 1); }

inline packet::Link random_link(Random& random) {
  const auto id = static_cast<std::uint16_t>(upto(random, 3));
  packet::Link link{.to = mac_b, .from = mac_a};
  switch (upto(random, 5)) {
    case 1:
      link.tags = {{packet::ether_type::vlan, id}};
      break;
    case 2:
      link.tags = {{packet::ether_type::service_vlan, id}};
      break;
    case 3:
      link.tags = {{packet::ether_type::service_vlan, 7}, {packet::ether_type::vlan, id}};
      break;
    case 4:
      link.session = id;
      break;
    case 5:
      link.tags = {{packet::ether_type::vlan, 3}};
      link.session = id;
      break;
    default:
      break;
  }
  return link;
}

inline Composition random_datagram(Random& random, std::uint32_t id) {
  Composition datagram{.link = random_link(random),
                       .family = upto(random, 1) ? Family::ipv4 : Family::ipv6};
  const auto host = static_cast<std::uint8_t>(upto(random, 2));
  datagram.v4 = {.from = packet::ipv4(10, 0, 0, 1),
                 .to = packet::ipv4(10, 0, 1, host),
                 .protocol = packet::udp_protocol,
                 .id = static_cast<std::uint16_t>(id)};
  datagram.v6 = {.from = {{0xfd, 0, 1}}, .to = {{0xfd, 0, 2, host}}, .flow = 77, .protocol = 17};
  datagram.v6_id = id;
  if (datagram.family == Family::ipv6) datagram.link.type = packet::ether_type::ipv6;
  datagram.payload.resize(8 + upto(random, upto(random, 9) ? 3000 : 20000));
  for (auto& byte : datagram.payload) byte = static_cast<std::uint8_t>(random());
  return datagram;
}

inline std::vector<std::size_t> random_cuts(Random& random, const Composition& datagram,
                                            std::size_t most) {
  std::vector<std::size_t> cuts;
  const auto room = most - (datagram.family == Family::ipv4 ? 20 : 48) -
                    (datagram.link.session ? packet::pppoe_headers : 0);
  for (std::size_t at = 0;;) {
    const auto size = 8 + upto(random, room / 8 - 1) * 8;
    const bool fits = datagram.payload.size() - at <= std::min(room, upto(random, 3) ? room : size);
    if (fits) return cuts;
    cuts.push_back(at += std::min(size, room / 8 * 8));
    if (at >= datagram.payload.size()) {
      cuts.pop_back();
      return cuts;
    }
  }
}

struct Sent {
  Composition datagram;
  Capture frames;
};

inline Sent random_sent(Random& random, std::uint32_t id) {
  const auto datagram = random_datagram(random, id);
  return {datagram, packet::compose(datagram, random_cuts(random, datagram, 1500))};
}

inline std::size_t longest(const Capture& frames) {
  std::size_t most = 0;
  for (const auto& frame : frames) most = std::max(most, piece_of(frame, 0).length);
  return most;
}

// Merges captures into one, each in its own order.
inline Capture mixed(Random& random, std::vector<Capture> parts) {
  Capture all;
  while (!parts.empty()) {
    auto& part = parts[upto(random, parts.size() - 1)];
    if (part.empty()) {
      std::swap(part, parts.back());
      parts.pop_back();
      continue;
    }
    all.push_back(part.front());
    part.erase(part.begin());
  }
  return all;
}

}  // namespace refrag::oracle::sample
