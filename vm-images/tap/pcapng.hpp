// SPDX-License-Identifier: GPL-2.0-or-later
// Frames as a pcapng file (draft-ietf-opsawg-pcapng), the tags back where they were.
#pragma once

#include <string>

#include "vm-images/agent/ring.hpp"

namespace refrag::tap {

void append_section(std::string& file);
void append_device(std::string& file, std::string_view name);
void append_frame(std::string& file, std::uint32_t device, const agent::Frame& frame);

}  // namespace refrag::tap
