// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel image says about itself, by the x86 boot protocol
// (Documentation/arch/x86/boot.rst).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace refrag::kernels {

// Bytes from the start of an image in which its release is: the offset of the text is 16 bits wide.
inline constexpr std::size_t bzimage_head = 0x200 + 0x10000 + 256;

// The release string, "6.1.0-42-amd64". Throws Error (usage) when the bytes are no bzImage for
// x86-64. Its head is enough. `name` is for the message.
std::string bzimage_release(std::string_view image, std::string_view name);

// The kernel inside, an ELF file. Throws Error (usage) when it cannot be decompressed.
std::string bzimage_payload(std::string_view image, std::string_view name);

}  // namespace refrag::kernels
