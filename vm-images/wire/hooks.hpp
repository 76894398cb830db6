// SPDX-License-Identifier: GPL-2.0-or-later
// br_netfilter, which is where a bridge's packets are shown to iptables: there or not. It is a
// module of its own since Linux 3.18, and a part of the bridge before.
#pragma once

#include "vm-images/agent/io.hpp"

namespace refrag::wire {

bool has_hooks();

// Whether they can be taken away: no where they are built in, or where nothing can be unloaded, or
// where there is no file to load them from again.
bool hooks_can_go();

// Loaded, it begins with its own settings.
agent::Problem set_hooks(bool on);

}  // namespace refrag::wire
