// SPDX-License-Identifier: GPL-2.0-or-later
// The host's services, started side by side: each as soon as the files it needs are there, each
// with a session of its own and its output in a file.
#pragma once

namespace refrag::boot {

// Starts them all and returns once all are ready, which also takes the end of `modules`, the
// process that loads the modules meanwhile. False, and told on the console, when a service or that
// process ended in failure, or something was not ready by `deadline` (uptime, seconds).
bool start_services(int modules, double deadline);

// Reaps until a service ends, which is told on the console.
void watch_services();

}  // namespace refrag::boot
