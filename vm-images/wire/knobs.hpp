// SPDX-License-Identifier: GPL-2.0-or-later
// The settings of a bridge that decide what it does with fragments, by the names that the runner
// uses (framework/verdict/evidence.hpp).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vm-images/wire/port_knobs.hpp"

namespace refrag::wire {

// As the kernel has them; what it does not have is left out.
std::vector<Knob> read_knobs();

// By name: a sysctl of /proc/sys/net/bridge; a setting of the bridge's own (nf_call_iptables, ...);
// "rules", a set of nftables.hpp; "conntrack-rule" as "present" or "absent", which is the sets
// conntrack and none; "mtu" of the bridge and its ports; or one of port_knobs.hpp. A value that is
// there already is not set again.
agent::Problem set_knob(const std::string& name, const std::string& value);

// "4.10.0-rc1" is {4, 10}. Pure.
std::pair<int, int> version_of(std::string_view release);

}  // namespace refrag::wire
