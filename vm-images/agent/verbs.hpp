// SPDX-License-Identifier: GPL-2.0-or-later
// What the runner can ask for: a table of verbs. Every request gets exactly one reply, `ok` or
// `err` with a reason; nothing the runner says can end the agent.
//
//   hello                                    who is there (machine.hpp); frames are kept no more
//   link     dev [wait ms] [mtu] [up 0|1] [address a/p]   set up; replies with the link's state
//   vlan     dev parent id [service 0|1] [priority 0..7]   add an 802.1Q device, or an 802.1ad one
//   session  dev parent peer id              add a PPPoE session with that MAC (session.hpp); an
//                                            earlier one of that name goes
//   unlink   dev                             remove a device
//   offloads dev [value 0|1]                 none, or as found (offloads.hpp); value as it is now,
//                                            empty where there are none to be changed
//   links                                    every device: one `link` field each
//   warm     to dev wait                     resolve the neighbour: answered, tries, rtt_us, mac
//   sweep    (protocol/sweep.hpp)            send echoes, say what came back
//   beside   (as sweep)                      goes beside the next sweep; nobody hears how it went
//   watch    (protocol/sweep.hpp)            note the requests of a sweep that arrive from now on
//   seen                                     what the watch noted of the first
//   rehearse (as sweep)                      the same after the reply, and nobody hears how it went
//   listen   dev                             keep frames at this device
//   marks    [from]                          those of the last sweep from that one on, as many as
//                                            fit: count of all, missed, now (ns), data
//                                            (protocol/frame_mark.hpp in base64.hpp)
//   frames   [frame]...                      these, by their numbers, one after the other: data,
//                                            as many as fit
//   flush                                    forget neighbours and path MTUs
//   counters [prefix]                        /proc/net/snmp
//   kmsg [skip 0|1] [level 0..7]             kernel messages since last asked: one `line` each,
//                                            as urgent at least; none when they are skipped
//   poweroff
#pragma once

#include <optional>
#include <vector>

#include "framework/protocol/message.hpp"
#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/capture.hpp"
#include "vm-images/agent/links.hpp"
#include "vm-images/agent/session.hpp"
#include "vm-images/agent/watch.hpp"

namespace refrag::agent {

struct Agent {
  Links links;
  Watch watch;
  Capture capture;
  Sessions sessions;
  bool owns_machine = false;  // init of it; otherwise a process among others
  bool asked_to_end = false;
  std::vector<protocol::SweepRequest> beside;       // the next sweep
  std::optional<protocol::SweepRequest> rehearsal;  // to be done when the reply is said
};

protocol::Message answer(Agent& agent, const protocol::Message& request);

// Does what was put off.
void catch_up(Agent& agent);

}  // namespace refrag::agent
