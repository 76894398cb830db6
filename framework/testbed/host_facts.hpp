// SPDX-License-Identifier: GPL-2.0-or-later
// What the host's kernel says that it is, and what it runs on.
#pragma once

#include "framework/host/shell.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

struct HostFacts {
  Machine machine;
  std::string xen;  // "4.17.5", empty where there is none
};

// Throws Error (lab).
HostFacts host_facts(host::Shell& shell, base::Deadline deadline);

}  // namespace refrag::testbed
