// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes in network order. Offsets are the caller's to check: parsers look at the length once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace refrag::packet {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::uint16_t load16(View bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

constexpr std::uint32_t load32(View bytes, std::size_t at) {
  return std::uint32_t{load16(bytes, at)} << 16 | load16(bytes, at + 2);
}

constexpr void append16(Bytes& bytes, std::uint16_t value) {
  const auto at = bytes.size();
  bytes.resize(at + 2);
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

constexpr void append32(Bytes& bytes, std::uint32_t value) {
  append16(bytes, static_cast<std::uint16_t>(value >> 16));
  append16(bytes, static_cast<std::uint16_t>(value));
}

inline void append(Bytes& bytes, View more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

inline std::string_view as_text(View bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline View as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace refrag::packet
