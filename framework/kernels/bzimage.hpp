// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel image says about itself, by the x86 boot protocol
// (Documentation/arch/x86/boot.rst).
#pragma once

#include <string>
#include <string_view>

namespace refrag::kernels {

// The release string, "6.1.0-42-amd64". Throws Error (usage) when the bytes are no bzImage for
// x86-64. `name` is for the message.
std::string bzimage_release(std::string_view image, std::string_view name);

// The kernel inside, an ELF file. Throws Error (usage) when it cannot be decompressed.
std::string bzimage_payload(std::string_view image, std::string_view name);

}  // namespace refrag::kernels
