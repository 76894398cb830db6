// SPDX-License-Identifier: GPL-2.0-or-later
// What a bridge with two ports is set to beside the numbers in its files, by the names that the
// runner uses (framework/verdict/evidence.hpp). The same on a wire machine and in dom0.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vm-images/agent/io.hpp"
#include "vm-images/wire/vlans.hpp"

namespace refrag::wire {

using Knob = std::pair<std::string, std::string>;  // name, value

// "br_netfilter", 1 or 0 (hooks.hpp); "vlans", a set of vlans.hpp; "offloads" of both ports, 1 as
// found or 0 none (vm-images/agent/offloads.hpp). "br_netfilter-stays" tells that it cannot be
// taken away, and is not set. Nothing for any other name.
std::optional<agent::Problem> set_port_knob(const Ports& ports, const std::string& name,
                                            const std::string& value);

// As the kernel has them; what it does not have is left out.
std::vector<Knob> read_port_knobs(const Ports& ports);

}  // namespace refrag::wire
