// SPDX-License-Identifier: GPL-2.0-or-later
// For the tests of the oracle: what enters a bridge and what leaves it, made by hand.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "framework/oracle/oracle.hpp"
#include "framework/packet/compose.hpp"

namespace refrag::oracle::sample {

using packet::Bytes;
using packet::Composition;
using Capture = std::vector<Bytes>;

inline constexpr packet::Mac mac_a = {{2, 0, 0, 0, 0, 0xa}}, mac_b = {{2, 0, 0, 0, 0, 0xb}};
inline const Rules rules{.mtu = 1500, .hosts = {{{2, 0, 0, 0, 0, 0xff}}}};

inline Composition with_vlan(std::uint16_t id, std::size_t size) {
  Composition datagram{.link = {.to = mac_b, .from = mac_a}};
  datagram.link.tags = {{packet::ether_type::vlan, id}};
  datagram.v4 = {.from = packet::ipv4(10, 0, 0, 1), .to = packet::ipv4(10, 0, 0, 2), .id = 99};
  datagram.payload.resize(size);
  for (std::size_t i = 0; i < size; ++i) datagram.payload[i] = static_cast<std::uint8_t>(i * 7);
  return datagram;
}

inline Capture cut(const Composition& datagram, int mtu = 1500) {
  return packet::compose(datagram, packet::cuts_for(datagram, mtu));
}

inline std::vector<Kind> kinds(const Findings& findings) {
  std::vector<Kind> found;
  for (const auto& violation : findings.violations) found.push_back(violation.kind);
  return found;
}

inline Frames frames_of(const Capture& capture) {
  Frames frames;
  for (const auto& bytes : capture) {
    frames.push_back({std::chrono::microseconds(frames.size()), bytes});
  }
  return frames;
}

inline Findings judge(const Capture& in, const Capture& out) {
  return oracle::judge(frames_of(in), frames_of(out), rules);
}

inline std::string texts(const Findings& findings, const Capture& in, const Capture& out) {
  std::string text;
  for (const auto& violation : findings.violations) {
    text += side_by_side(violation, frames_of(in), frames_of(out));
  }
  return text;
}

}  // namespace refrag::oracle::sample
