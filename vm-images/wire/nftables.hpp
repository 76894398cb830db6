// SPDX-License-Identifier: GPL-2.0-or-later
// One rule, by netlink and without nft: what it takes since Linux 4.10 for connection tracking (and
// with it reassembly) to be on. The same as
//   nft 'table ip refrag { chain forward { type filter hook forward priority 0;
//                                          ct state new,established,related accept } }'
#pragma once

#include "vm-images/agent/io.hpp"

namespace refrag::wire {

agent::Problem add_conntrack_rule();
agent::Problem remove_conntrack_rule();

// Whether the rule is there, as the kernel says; none when it has no nf_tables.
std::optional<bool> has_conntrack_rule();

}  // namespace refrag::wire
