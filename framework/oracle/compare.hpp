// SPDX-License-Identifier: GPL-2.0-or-later
// Two datagrams, of which the one shall be the other after its way through the bridge: how alike
// they are, and what differs.
#pragma once

#include "framework/oracle/oracle.hpp"

namespace refrag::oracle {

// The same in everything that a bridge must not touch, DF and the sizes of its packets aside.
bool is_same(const Datagram& a, const Datagram& b);

// Equal for datagrams that are the same.
std::size_t hash_of(const Datagram& datagram);

// How sure it is that the second is the first, changed: 0 when it is not.
int likeness(const Datagram& entered, const Datagram& left);

using Differences = std::vector<std::pair<Kind, std::string>>;

// What was changed on the way, first that which explains most.
Differences differences(const Datagram& entered, const Datagram& left, const Rules& rules);

// The same of single packets against the datagram they were a part of.
Differences link_differences(const packet::Link& entered, const packet::Link& left);

std::string who(const Datagram& datagram);  // "IPv4 10.0.0.1 > 10.0.0.2 id 63 of 1480 bytes"

}  // namespace refrag::oracle
