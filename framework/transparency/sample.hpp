// SPDX-License-Identifier: GPL-2.0-or-later
// For the tests: a sweep of one datagram in a VLAN, of 2000 bytes of echo, seen at both ports.
#pragma once

#include <vector>

#include "framework/oracle/sample.hpp"
#include "framework/packet/capture.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::transparency::sample {

using oracle::sample::cut;
using oracle::sample::with_vlan;
using Frames = std::vector<packet::Bytes>;

inline constexpr int size = 2000;
inline const verdict::Cell cell = {{"tag", "vlan3"}, {"nf", "1"}, {"dir", "a>b"}};
inline constexpr auto began = std::chrono::seconds(1'700'000'000);

inline packet::Composition datagram() { return with_vlan(3, size + packet::icmp_echo_header); }

inline packet::Composition untagged() {
  auto other = datagram();
  other.link.tags.clear();
  return other;
}

inline packet::Tap tap(const char* name, packet::Way way, const Frames& frames) {
  packet::Tap port{.name = name, .frames = {}};
  auto at = began + std::chrono::nanoseconds(way == packet::Way::into_bridge ? 1 : 1000);
  for (const auto& frame : frames) port.frames.push_back({at++, way, frame});
  return port;
}

inline std::vector<packet::Tap> ports(const Frames& entered, const Frames& left) {
  return {tap("vif1.0", packet::Way::into_bridge, entered),
          tap("vif2.0", packet::Way::out_of_bridge, left)};
}

inline verdict::EchoEvidence echo(int good) {
  return {.size = size, .sent = 1, .good = good, .seen_by_peer = good};
}

}  // namespace refrag::transparency::sample
