// SPDX-License-Identifier: GPL-2.0-or-later
// The Internet checksum (RFC 1071).
#pragma once

#include <cstdint>

#include "framework/packet/bytes.hpp"

namespace refrag::packet {

// Over bytes whose checksum field is zero: what belongs there. Over bytes that hold a right
// checksum: 0.
std::uint16_t checksum(View bytes) noexcept;

}  // namespace refrag::packet
