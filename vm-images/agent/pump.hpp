// SPDX-License-Identifier: GPL-2.0-or-later
// The process that carries packets between a TUN device and a card, in the frames of a PPPoE
// session; in their order, and as fast as both take them.
#pragma once

#include <sys/types.h>

#include "vm-images/agent/pppoe.hpp"

namespace refrag::agent {

struct Pump {
  int tun = -1;   // does not block
  int card = -1;  // a packet socket, which blocks where frames have to wait
  int card_index = 0;
  PppoeEnds ends;
};

// What a child does from its beginning: it keeps nothing else of the agent, and dies with it. What
// cannot be handed on is its end, with the errno as its status.
[[noreturn]] void become_pump(const Pump& pump, pid_t agent);

}  // namespace refrag::agent
