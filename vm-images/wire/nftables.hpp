// SPDX-License-Identifier: GPL-2.0-or-later
// Sets of rules by name, by netlink and without nft. What each is, in nft's words (both for ip and
// for ip6, but for the last one):
//
//   none              nothing
//   conntrack         chain forward { type filter hook forward priority 0;
//                                     counter; ct state new,established,related accept }
//   notrack           the same, and chain prerouting { type filter hook prerouting priority -300;
//                                                      notrack }
//   accept            chain forward { ...; counter; accept }: no connection tracking
//   drop              chain forward { ...; counter; drop }
//   bridge-conntrack  table bridge, chain forward as in conntrack, with priority -200
//
// Since Linux 4.10 it takes the rule for connection tracking (and with it reassembly) to be on. The
// counter is behind reassembly: it counts datagrams where there is reassembly, and fragments where
// there is none.
#pragma once

#include <cstdint>
#include <string>

#include "vm-images/agent/io.hpp"

namespace refrag::wire {

inline constexpr const char* kNoRules = "none";
inline constexpr const char* kConntrackRules = "conntrack";

// Takes the place of any other set; the counters begin anew.
agent::Problem set_rules(const std::string& name);

// The set that is there, as the kernel says: by its table and the number of its rules, whatever
// others there are. "none" also
// where there is no nf_tables; "other" when it is none of ours.
std::string rules_in_force();

// Packets that the forward chains have seen since they were made.
struct Forwarded {
  std::uint64_t ip = 0;
  std::uint64_t ip6 = 0;
  std::uint64_t bridge = 0;
};
Forwarded forwarded();

}  // namespace refrag::wire
