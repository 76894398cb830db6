// SPDX-License-Identifier: GPL-2.0-or-later
// Reading somebody else's ELF: headers and slices, each checked against the end of the bytes.
#pragma once

#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include <elf.h>

namespace refrag::kernels::elf {

// Empty when it is not all there.
inline std::string_view slice(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return {};
  return bytes.substr(offset, size);
}

template <class T>
std::optional<T> read_at(std::string_view bytes, std::uint64_t offset) {
  const auto part = slice(bytes, offset, sizeof(T));
  if (part.empty()) return std::nullopt;
  T value;
  std::memcpy(&value, part.data(), sizeof value);
  return value;
}

// nullopt when it is no 64-bit little-endian ELF.
std::optional<Elf64_Ehdr> header_of(std::string_view elf);

// As many as are there.
std::vector<Elf64_Shdr> sections_of(std::string_view elf, const Elf64_Ehdr& header);
std::vector<Elf64_Phdr> segments_of(std::string_view elf, const Elf64_Ehdr& header);

}  // namespace refrag::kernels::elf
