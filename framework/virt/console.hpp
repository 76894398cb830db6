// SPDX-License-Identifier: GPL-2.0-or-later
// A guest's console as a stream of bytes. One at a time: opening it takes it away from whoever had
// it. What the guest wrote before it was opened is still there as far as the host kept it.
#pragma once

#include "framework/virt/domain.hpp"
#include "framework/virt/stream.hpp"

namespace refrag::virt {

// Throws Error (lab).
Stream open_console(const Domain& domain, base::Deadline deadline);

}  // namespace refrag::virt
