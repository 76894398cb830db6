// SPDX-License-Identifier: GPL-2.0-or-later
// VLAN filtering of a bridge with two ports, a and b, as sets by name. In the words of `bridge
// vlan`:
//
//   0       vlan_filtering 0, and every port as it is made: vid 1 pvid untagged
//   trunk   vlan_filtering 1; both: vid 1 pvid untagged, vid 3
//   access  vlan_filtering 1; both: vid 3 pvid untagged
//   mixed   vlan_filtering 1; a as in trunk, b as in access
//
// By netlink and without bridge, since Linux 3.9.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "vm-images/agent/io.hpp"

namespace refrag::wire {

struct Ports {
  std::string bridge;
  std::array<std::string, 2> names;  // a, b
};

agent::Problem set_vlans(const Ports& ports, std::string_view name);

// The set that is there, as the kernel says; "other" when it is none of ours; empty where a bridge
// does not filter.
std::string vlans_in_force(const Ports& ports);

}  // namespace refrag::wire
