// SPDX-License-Identifier: GPL-2.0-or-later
// The transparency oracle. A bridge is transparent: every datagram that enters it leaves once, with
// the same addresses, tags and bytes, in frames that are no larger than the MTU and no larger than
// the largest it entered in. It may be put together and fragmented again on the way, and its
// fragments may change their order. Everything else that differs is a violation, whatever became of
// the echo. Pure, and knows no bug by name.
//
// Not judged, because a bridge that reassembles is right to drop it: datagrams that never entered
// whole, whose fragments contradict each other, that entered in broken frames or in frames larger
// than the MTU. What leaves of them has to be what entered, all the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/oracle/datagram.hpp"

namespace refrag::oracle {

enum class Kind {
  lost,                  // or only parts of it left
  duplicated,            // left more often than it entered
  invented,              // left, and nobody sent it
  payload_changed,       // other bytes, or fewer or more of them
  address_changed,       // of IP
  link_address_changed,  // of Ethernet
  tag_added,             // a tag or a PPPoE session
  tag_lost,
  tag_changed,
  header_changed,         // TTL, DSCP, identification, options
  df_changed,             // don't fragment, lost or gained
  over_mtu,               // a frame larger than the MTU
  over_largest_fragment,  // a packet larger than the largest that entered of that datagram
  broken_frame,           // a wrong IP checksum, lengths that contradict each other
};

std::string_view to_text(Kind kind);  // "tag-lost"

struct Violation {
  Kind kind = Kind::lost;
  std::string reason = {};                // one sentence
  std::size_t payload = 0;                // bytes of the datagram's payload
  std::vector<std::size_t> entered = {};  // frames of the datagram, by place in the capture
  std::vector<std::size_t> left = {};

  bool operator==(const Violation&) const = default;
};

// What a bridge is told to do to tags by the VLANs of its ports: what enters behind the one leaves
// behind the other. What enters behind any other may be of no VLAN of both ports, and may be
// dropped.
struct Retag {
  std::vector<packet::Tag> entered;
  std::vector<packet::Tag> left;
};

struct Rules {
  int mtu = 1500;                  // bytes of IP, of the port where frames leave
  std::vector<packet::Mac> hosts;  // the bridge's own machine: what it says for itself

  std::optional<Retag> retag = {};

  // What entered earlier is not judged: it may have left before, and is another sweep's.
  std::chrono::nanoseconds from = std::chrono::nanoseconds::min();

  // What entered after the last datagram that left may still be on its way.
  bool ends_early = false;
};

struct Findings {
  std::vector<Violation> violations;
  std::size_t entered = 0;       // datagrams that had to leave
  std::size_t left = 0;          // those of them that did as they should
  std::size_t refragmented = 0;  // of them: in other packets than they entered
  std::size_t unjudged = 0;      // datagrams that might be dropped
};

// One direction: what entered at one port and what left at the other, in the order it was seen.
// Both captures have to be complete, and to go on until all that had entered would have left (but
// see Rules).
Findings judge(const Frames& entered, const Frames& left, const Rules& rules);

// The frames of a violation, side by side, as lines.
std::string side_by_side(const Violation& violation, const Frames& entered, const Frames& left);

}  // namespace refrag::oracle
