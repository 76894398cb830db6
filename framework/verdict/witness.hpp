// SPDX-License-Identifier: GPL-2.0-or-later
// What was seen of one echo that was sent once more with everything watched: the frames at every
// tap on its way, the kernel's counters that moved, the drops that the kernel itself reports, and
// what connection tracking holds. Plain observations, stored as they are.
#pragma once

#include <string>
#include <vector>

#include "framework/verdict/evidence.hpp"

namespace refrag::verdict {

// The frames of one datagram at one tap, in the order in which they went over it.
struct Sighting {
  std::string tap = {};                // "card a", "vif1.0", "guest b"
  std::vector<int> lengths = {};       // bytes of IP, each
  std::vector<std::string> tags = {};  // of each: "none", "vlan3", "vlan3+vlan4"
  bool whole = false;                  // the fragments are all of it
  std::int64_t at_us = 0;              // of the first, since the first frame of the echo
  bool in_guest = false;               // by the machine at that end itself, not at its port

  bool seen() const { return !lengths.empty(); }
  bool operator==(const Sighting&) const = default;
};

// A packet that the kernel threw away, as the tracepoint skb:kfree_skb tells.
struct Drop {
  std::vector<std::string> stack = {};  // functions, the one that dropped it first
  std::string reason = {};              // "NETFILTER_DROP"; empty where the kernel gives none
  int protocol = 0;                     // EtherType of the packet
  int count = 1;                        // how often, one like the other

  std::string site() const { return stack.empty() ? std::string() : stack.front(); }
  bool operator==(const Drop&) const = default;
};

struct Witness {
  int sent = 0;                        // echoes of this size that were sent for it
  int lost = 0;                        // of them; 0: it could not be made to happen again
  std::vector<Sighting> request = {};  // from the sender on, by tap
  std::vector<Sighting> reply = {};    // from the peer on, by tap
  Counters moved = {};                 // "ReasmOKs": 1; those alone that moved
  std::vector<Drop> drops = {};
  std::vector<std::string> flows = {};  // of connection tracking, between the two, afterwards
  std::vector<std::string> gaps = {};   // what could not be watched, and why

  bool operator==(const Witness&) const = default;
};

}  // namespace refrag::verdict
