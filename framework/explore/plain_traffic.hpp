// SPDX-License-Identifier: GPL-2.0-or-later
// Traffic that nothing can be said of: what is sent before a scenario, so that whatever the kernel
// keeps of earlier packets is of these. What a scenario shows behind them is the scenario's own.
#pragma once

#include "framework/explore/scenario.hpp"

namespace refrag::explore {

// Untagged datagrams of both families, both ways, in fragments, under the scenario's settings but
// with every hook on, so that all of them go the longest way through the kernel.
Scenario plain_traffic_before(const Scenario& scenario);

}  // namespace refrag::explore
