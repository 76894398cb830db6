// SPDX-License-Identifier: GPL-2.0-or-later
// The same kernels on both testbeds: is what was found a matter of the bridge, or of Xen around it?
#pragma once

#include <string>

#include "reports/run.hpp"

namespace refrag::reports {

enum class Where {
  nowhere,      // no finding on either
  both,         // the same signature
  xen_only,     // the wires, which are the bridge alone, find nothing
  bridge_only,  // the wires find what Xen does not show
  different,    // another signature on each
  unknown,      // one of them proves nothing: broken, hung, crashed, or not run
};

// Of one kernel's cases on each testbed.
Where where(const KernelRun& xen, int xen_mtu, const KernelRun& wire, int wire_mtu);

std::string_view to_text(Where where);

// A line for each kernel that is in one of the runs: "6.1.0-42: vlan-not-refragmented: both".
std::string control_words(const Run& xen, const Run& wire);

}  // namespace refrag::reports
