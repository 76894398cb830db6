// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace refrag::lab {

// A port of the loopback that was free just now. Somebody may take it before QEMU does: then QEMU
// says so. Throws Error (lab).
int free_port();

}  // namespace refrag::lab
