// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as frames at two ports: every parser takes them, the oracle judges them without a
// crash, finds nothing between a capture and itself, and its words are printable.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "framework/base/text.hpp"
#include "framework/oracle/oracle.hpp"
#include "framework/packet/arp.hpp"
#include "framework/packet/icmp.hpp"
#include "framework/packet/reassembly.hpp"

using namespace refrag;

namespace {

constexpr std::size_t most_frames = 64;

void require(bool holds) {
  if (!holds) std::abort();
}

// Frames one behind the other, each after its length in one byte.
oracle::Frames cut(packet::View bytes) {
  oracle::Frames frames;
  while (!bytes.empty() && frames.size() < most_frames) {
    const auto size = std::min<std::size_t>(bytes[0], bytes.size() - 1);
    frames.push_back({{}, bytes.subspan(1, size)});
    bytes = bytes.subspan(1 + size);
  }
  return frames;
}

// What an endpoint does with a frame.
void take(packet::Reassembler& reassembler, packet::View frame) {
  const auto ethernet = packet::parse_ethernet(frame);
  if (!ethernet) return;
  packet::parse_arp(ethernet->payload);
  const auto ip = packet::parse_ipv4(ethernet->payload);
  if (!ip) return;
  const auto datagram = reassembler.add(*ip, {});
  if (datagram) packet::parse_echo(datagram->payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const packet::View bytes(data, size);
  const auto half = size / 2;
  const auto in = cut(bytes.first(half)), out = cut(bytes.subspan(half));
  packet::Reassembler reassembler;
  for (const auto& frame : in) take(reassembler, frame.bytes);
  require(oracle::judge(in, in, {}).violations.empty());
  for (const auto& violation : oracle::judge(in, out, {}).violations) {
    const auto text = oracle::side_by_side(violation, in, out);
    require(base::printable(text) == text);
  }
  return 0;
}
