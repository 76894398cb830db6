// SPDX-License-Identifier: GPL-2.0-or-later
// CRC-32 as in Ethernet and zlib: tells a line of ours from one that a kernel message ran into.
#pragma once

#include <cstdint>
#include <string_view>

namespace refrag::protocol {

std::uint32_t crc32(std::string_view bytes) noexcept;

}  // namespace refrag::protocol
