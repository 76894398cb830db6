// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/error.hpp"
#include "framework/run/bring_up.hpp"

namespace refrag::run {
void prepare_wire(base::Deadline) {}
BedOrNot bring_up_wire(const BringUp&) { throw base::Error(base::Fault::usage, "no wire here"); }
}  // namespace refrag::run
