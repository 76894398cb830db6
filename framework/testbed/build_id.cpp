// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/build_id.hpp"

#include <charconv>
#include <cstdint>

namespace refrag::testbed {

namespace {

constexpr std::uint32_t nt_gnu_build_id = 3;
constexpr std::string_view gnu = "474e5500";  // "GNU\0"
constexpr std::size_t header = 3 * 8;         // hexadecimal digits: sizes of name and text, type

// Four bytes, the least significant first.
std::uint32_t word_at(std::string_view digits, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 4; i-- > 0;) {
    std::uint32_t byte = 0;
    const char* first = digits.data() + at + 2 * i;
    std::from_chars(first, first + 2, byte, 16);
    word = word << 8 | byte;
  }
  return word;
}

std::size_t padded_digits(std::uint32_t bytes) { return (std::size_t{bytes} + 3) / 4 * 4 * 2; }

}  // namespace

std::string build_id_of(std::string_view hex_dump) {
  std::string digits;
  for (const char c : hex_dump) {
    if (c != ' ' && c != '\n') digits += c;
  }
  for (std::size_t at = 0; at + header <= digits.size();) {
    const auto name_size = word_at(digits, at), text_size = word_at(digits, at + 8);
    const auto name = at + header, text = name + padded_digits(name_size);
    if (text + 2 * std::size_t{text_size} > digits.size()) break;
    if (word_at(digits, at + 16) == nt_gnu_build_id && digits.compare(name, gnu.size(), gnu) == 0) {
      return digits.substr(text, 2 * std::size_t{text_size});
    }
    at = text + padded_digits(text_size);
  }
  return {};
}

}  // namespace refrag::testbed
