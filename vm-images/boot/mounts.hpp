// SPDX-License-Identifier: GPL-2.0-or-later
// The file systems and the one network card the host needs before its services can start.
#pragma once

namespace refrag::boot {

void mount_kernel_file_systems();  // /dev, /dev/pts, /proc, /sys, /run

// xenfs on /proc/xen; false while the kernel does not know it (its module is not loaded yet).
bool mount_xenfs();

// lo, and eth0 with the fixed address that QEMU's user network forwards to.
void configure_network();

}  // namespace refrag::boot
