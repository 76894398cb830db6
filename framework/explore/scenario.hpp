// SPDX-License-Identifier: GPL-2.0-or-later
// What is sent through a bridge in one go: datagrams of several flows, cut into frames, in an
// order. A plain value: it can be made up from a seed, made smaller, stored and sent again.
//
// The same scenario is sent with another salt each time, which gives it other IP addresses and
// identifications: what one try leaves behind in the kernel does not meet the next.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "framework/packet/compose.hpp"

namespace refrag::explore {

enum class Side { a, b };

using Knobs = std::map<std::string, std::string, std::less<>>;

struct Item {  // a datagram
  Side from = Side::a;
  packet::Family family = packet::Family::ipv4;
  std::vector<packet::Tag> tags = {};
  bool pppoe = false;
  bool dont_fragment = false;  // IPv4
  int flow = 0;                // datagrams of one flow have the same addresses and ports
  std::size_t size = 8;        // bytes behind the IP header, at least the UDP header's 8

  bool operator==(const Item&) const = default;
};

struct Shot {  // a frame: bytes [begin, end) of an item, all of them when it is whole
  std::size_t item = 0;
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const Shot&) const = default;
};

struct Scenario {
  Knobs knobs = {};  // of the host
  std::vector<Item> items = {};
  std::vector<Shot> shots = {};

  bool operator==(const Scenario&) const = default;
};

inline constexpr packet::Mac mac_a = {{0x02, 0x72, 0x66, 0, 0, 0x0a}};
inline constexpr packet::Mac mac_b = {{0x02, 0x72, 0x66, 0, 0, 0x0b}};

// The frame of each shot.
std::vector<packet::Bytes> frames_of(const Scenario& scenario, std::uint32_t salt);

// Datagrams that enter whole.
std::size_t complete_items(const Scenario& scenario);

// "1 datagram in 2 frames: IPv4, vlan, 1477 bytes as 1480+5"
std::string to_text(const Scenario& scenario);

// As JSON and back. Throws base::Error (usage) with what is wrong.
std::string to_json(const Scenario& scenario);
Scenario from_json(const std::string& json, const std::string& source);

}  // namespace refrag::explore
