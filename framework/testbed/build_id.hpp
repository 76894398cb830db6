// SPDX-License-Identifier: GPL-2.0-or-later
// A running kernel's GNU build id, from the bytes of /sys/kernel/notes as `od -An -v -tx1` prints
// them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace refrag::testbed {

// Hexadecimal; empty when there is none in it.
std::string build_id_of(std::string_view hex_dump);

}  // namespace refrag::testbed
