// SPDX-License-Identifier: GPL-2.0-or-later
// What a wire machine can be asked for: the guests' `hello`, `kmsg` and `poweroff`, and
//   counters [prefix] [zeros=0]   the guests', and what the rules have counted as Forward.ip, .ip6
//                                 and .bridge; with zeros=0 only those that are not 0
//   knobs [set=NAME=VALUE]... [unless=STATE]
//                                 sets them, then answers with state=STATE, which stands for all,
//                                 and all as knob=NAME=VALUE unless they are in that state
//   read, write                   the kernel's files (files.hpp)
#pragma once

#include "framework/protocol/message.hpp"
#include "vm-images/agent/verbs.hpp"

namespace refrag::wire {

protocol::Message answer(agent::Agent& agent, const protocol::Message& request);

}  // namespace refrag::wire
