// SPDX-License-Identifier: GPL-2.0-or-later
// What cards, and the kernel in their stead, do to packets before anybody looks at them: checksums,
// scattered buffers, segmentation, packets put together. All as it was found, or nothing of it.
#pragma once

#include <string>
#include <vector>

#include "vm-images/agent/io.hpp"

namespace refrag::agent {

// Of all these devices: "1" as it was when they were first looked at, "0" nothing. What cannot be
// changed stays.
Problem set_offloads(const std::vector<std::string>& devices, const std::string& value);

// "other" when it is neither; empty where there is nothing that could be changed.
std::string offloads_in_force(const std::vector<std::string>& devices);

}  // namespace refrag::agent
