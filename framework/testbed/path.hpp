// SPDX-License-Identifier: GPL-2.0-or-later
// Where the traffic of a tag goes between two guests: their devices and addresses. The VLAN of the
// founding report, 3, has the report's subnet, 11.11.4.0/24; every other tag has one of its own.
#pragma once

#include <map>
#include <string>

#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

inline constexpr auto card = "eth0";

struct Path {
  std::string device;   // "eth0", "eth0.3"
  int vlan = 0;         // 802.1Q id, 0 for none
  std::string network;  // "11.11.4"
  packet::Family family = packet::Family::ipv4;

  bool is_tagged() const { return vlan != 0; }
  std::string address(Side side) const;
  std::string address_with_prefix(Side side) const;  // "11.11.4.1/24"
};

// The first three bytes of the addresses by tag, where they are not those above: other hosts' own
// have to be kept clear of.
using Networks = std::map<std::string, std::string>;

// "none" or "vlanN" with N from 1 to 4094. Throws Error (usage).
Path path_of(const std::string& tag, const Networks& networks = {},
             packet::Family family = packet::Family::ipv4);

}  // namespace refrag::testbed
