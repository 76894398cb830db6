// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/checksum.hpp"

#include <bit>
#include <cstring>

namespace refrag::packet {

// The sum does not care for byte order as long as it is read and stored in the same one, so whole
// words are added as this machine reads them and only the result is turned around.
std::uint16_t checksum(View bytes) noexcept {
  std::uint64_t sum = 0;
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    sum += word;
  }
  std::uint32_t rest = 0;  // what is missing counts as zeros behind it
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  sum += rest;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  const auto folded = static_cast<std::uint16_t>(~sum);
  if constexpr (std::endian::native == std::endian::big) return folded;
  return static_cast<std::uint16_t>(folded << 8 | folded >> 8);
}

}  // namespace refrag::packet
