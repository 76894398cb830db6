// SPDX-License-Identifier: GPL-2.0-or-later
// What a wire machine can be asked for: the guests' `hello`, `kmsg`, `counters` and `poweroff`, and
//   knobs [set=NAME=VALUE]... [unless=STATE]
//                                 sets them, then answers with state=STATE, which stands for all,
//                                 and all as knob=NAME=VALUE unless they are in that state
//   look (as knobs) [prefix] [zeros=0] [level]
//                                 knobs, counters and, with a level, kmsg in one answer; beside the
//                                 kernel's counters what the rules have counted as Forward.ip, .ip6
//                                 and .bridge; with zeros=0 only those that are not 0
//   read, write                   the kernel's files (files.hpp)
#pragma once

#include "framework/protocol/message.hpp"
#include "vm-images/agent/verbs.hpp"

namespace refrag::wire {

protocol::Message answer(agent::Agent& agent, const protocol::Message& request);

}  // namespace refrag::wire
