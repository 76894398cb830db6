// SPDX-License-Identifier: GPL-2.0-or-later
// What a machine tells of a frame that it has captured, in 20 bytes. Whoever has captured the same
// frame elsewhere knows it by its size and hash, so that it need not go over a console.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrag::protocol {

struct FrameMark {
  std::uint64_t at = 0;  // nanoseconds of Unix time
  bool outgoing = false;
  std::uint32_t size = 0;  // bytes
  std::uint64_t hash = 0;  // see frame_hash()

  bool operator==(const FrameMark&) const = default;
};

inline constexpr std::size_t kMarkSize = 20;  // bytes

// FNV-1a, of 64 bits.
std::uint64_t frame_hash(std::string_view frame) noexcept;

void append_mark(std::string& bytes, const FrameMark& mark);

// Nothing when they are not whole.
std::optional<std::vector<FrameMark>> to_marks(std::string_view bytes);

}  // namespace refrag::protocol
