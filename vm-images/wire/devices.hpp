// SPDX-License-Identifier: GPL-2.0-or-later
// The few device nodes a wire machine uses, for kernels that do not make them themselves (devtmpfs
// is there since 2.6.32).
#pragma once

#include "vm-images/agent/io.hpp"

namespace refrag::wire {

void make_device_nodes();

// The serial port the runner gives its commands on, as fast as it goes and free of a terminal's
// habits; the console is on the other one.
agent::Fd open_command_port();

}  // namespace refrag::wire
