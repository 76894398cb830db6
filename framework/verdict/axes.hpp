// SPDX-License-Identifier: GPL-2.0-or-later
// What the axes of a cell mean: the settings of the host and the properties of the traffic that a
// value stands for, and what they claim together. The one place that says so; a cell without an
// axis has its usual value. Pure.
//
//   tag      none  vlanN  prio  adN  qinq  pppoe     what is around IP; see wrapping.hpp
//   nf       1  0  ip4  ip6  bridge  absent          bridge-nf-call-iptables and -ip6tables: both,
//                                                    none, one; bridge: off, and the bridge's own
//                                                    on; absent: br_netfilter is not loaded
//   family   ipv4  ipv6
//   df       0  1                                    don't fragment; small sizes only
//   dir      a>b  b>a                                where requests go
//   beside   none  TAG/FAMILY                        another flow at the same time: vlan3/ipv4
//   filter   1  0                                    bridge-nf-filter-vlan-tagged
//   indev    0  1                                    bridge-nf-pass-vlan-input-dev
//   mtu      same  N                                 of the endpoints, bytes of IP
//   port     same  N                                 of the bridge and its ports; same: the run's
//   pppoe    0  1                                    bridge-nf-filter-pppoe-tagged
//   proto    icmp  udp
//   vlans    0  trunk  access  mixed                 VLAN filtering of the bridge: off; every port
//                                                    takes VLAN 3 tagged; VLAN 3 is that of what is
//                                                    untagged, at both ports; at b alone, where its
//                                                    tag is taken away and put on again
//   offloads 1  0                                    of ports and guests: as they were; none
//   rules    conntrack  none  notrack  accept  drop  bridge-conntrack
//                                                    sets of rules; see vm-images/wire/nftables.hpp
#pragma once

#include <string>
#include <string_view>

#include "framework/packet/arithmetic.hpp"
#include "framework/verdict/cell.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::verdict {

// Of any axis above, and of two that follow from the others:
//   hooked       yes  no                        the IP hooks see this flow's frames
//   reassembled  hooks  bridge  none  unknown   who puts its fragments together and cuts them
//                                               again; what the bridge's own connection tracking
//                                               puts together the hooks cut, where they see it
std::string axis_value(const Cell& cell, std::string_view axis);

bool is_hooked(const Cell& cell);

enum class Reassembly { none, hooks, bridge, unknown };
Reassembly reassembly_of(const Cell& cell);

packet::Family family_of(const Cell& cell);

// What an endpoint sends and gets behind: the bridge's VLANs may take the cell's tag away at b.
std::string tag_at(const Cell& cell, std::string_view endpoint);

// Bytes of IP that an endpoint sends at most in one packet, and that a port takes; `mtu` is the
// run's.
int port_mtu(const Cell& cell, int mtu);
int sender_mtu(const Cell& cell, int mtu);

// Bytes of IP of the longest packet that an echo is sent in.
int longest_packet(const Cell& cell, int size, int mtu);

// All that a host has to be set to.
Knobs knobs_of(const Cell& cell, int mtu);

// What a setting comes to on a host that does not have it.
std::string_view value_without(std::string_view knob);

}  // namespace refrag::verdict
