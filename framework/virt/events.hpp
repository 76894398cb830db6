// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's event loop in a thread of its own, which console streams and the news of a lost
// connection come through. It has to be there before the first connection is opened.
#pragma once

#include <functional>
#include <future>

namespace refrag::virt {

// Starts it at the first call; it runs until the process ends. Throws Error (lab).
void start_events();

// Runs the work between two events: no callback is running meanwhile.
std::future<void> between_events(std::function<void()> work);

}  // namespace refrag::virt
