// SPDX-License-Identifier: GPL-2.0-or-later
// What the host's kernel says that it is.
#pragma once

#include "framework/host/shell.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

// Throws Error (lab).
Machine host_machine(host::Shell& shell, base::Deadline deadline);

}  // namespace refrag::testbed
