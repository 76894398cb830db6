// SPDX-License-Identifier: GPL-2.0-or-later
// What a wire machine can be asked for: the guests' `hello`, `counters`, `kmsg` and `poweroff`, and
// (`counters` with what the rules have counted, as Forward.ip, .ip6 and .bridge) and
//   knobs [set=NAME=VALUE]...   sets them, then answers with all as knob=NAME=VALUE
#pragma once

#include "framework/protocol/message.hpp"
#include "vm-images/agent/verbs.hpp"

namespace refrag::wire {

protocol::Message answer(agent::Agent& agent, const protocol::Message& request);

}  // namespace refrag::wire
