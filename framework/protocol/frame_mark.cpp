// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/frame_mark.hpp"

namespace refrag::protocol {
namespace {

constexpr std::uint32_t kOutgoing = 1u << 31;  // in the size

void put(std::string& bytes, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * i);
}

std::uint64_t take(std::string_view& bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(size);
  return value;
}

}  // namespace

std::uint64_t frame_hash(std::string_view frame) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : frame) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

void append_mark(std::string& bytes, const FrameMark& mark) {
  put(bytes, mark.at, 8);
  put(bytes, mark.size | (mark.outgoing ? kOutgoing : 0), 4);
  put(bytes, mark.hash, 8);
}

std::optional<std::vector<FrameMark>> to_marks(std::string_view bytes) {
  if (bytes.size() % kMarkSize != 0) return std::nullopt;
  std::vector<FrameMark> marks;
  marks.reserve(bytes.size() / kMarkSize);
  while (!bytes.empty()) {
    auto& mark = marks.emplace_back();
    mark.at = take(bytes, 8);
    const auto size = static_cast<std::uint32_t>(take(bytes, 4));
    mark.outgoing = (size & kOutgoing) != 0;
    mark.size = size & ~kOutgoing;
    mark.hash = take(bytes, 8);
  }
  return marks;
}

}  // namespace refrag::protocol
