// SPDX-License-Identifier: GPL-2.0-or-later
// Stream sockets in the file system: how we reach a QEMU of ours.
#pragma once

#include <sys/types.h>

#include "framework/base/deadline.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"

namespace refrag::base {

// Connected, close-on-exec, blocking. Who listens may still be starting: a socket that is missing
// or refuses is tried again. Throws Error (lab) when it cannot be had by the deadline, or when the
// path does not fit an address (107 bytes).
Fd connect_unix(const fs::path& path, Deadline deadline);

// Who listened when such a socket was connected; 0 when that cannot be said.
pid_t listener_of(int socket);

}  // namespace refrag::base
