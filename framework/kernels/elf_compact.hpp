// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel's ELF image with what a loader does not need taken out: the gaps between its segments,
// the zeros at their ends, the section headers. What is loaded is the same to the byte. Debian's
// 6.1 shrinks from 53 to 31 MB, and every one of them is copied several times under emulation.
#pragma once

#include <string>
#include <string_view>

namespace refrag::kernels {

// The same bytes where it is no 64-bit little-endian ELF, or one whose segments are not all there.
std::string elf_compact(std::string_view elf);

}  // namespace refrag::kernels
