// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/tally.hpp"

#include <utility>

#include "framework/protocol/payload.hpp"

namespace refrag::agent {

Tally::Tally(std::uint16_t ident, std::uint32_t seed, int count, std::vector<std::uint32_t> sizes)
    : ident_(ident),
      seed_(seed),
      count_(count),
      sizes_(std::move(sizes)),
      entries_(sizes_.size()) {}

Tally::Verdict Tally::note(const Echo& echo) {
  if (echo.ident != ident_ || echo.sequence >= echoes()) return Verdict::stray;
  const auto index = echo.sequence / static_cast<std::size_t>(count_);
  const std::uint32_t bit = 1u << (echo.sequence % count_);
  Entry& entry = entries_[index];
  const bool again = entry.came & bit;
  entry.came |= bit;
  if (!is_right(echo, sizes_[index], entry)) return Verdict::wrong;
  entry.good |= bit;
  if (!again) return Verdict::good;
  ++entry.duplicates;
  return Verdict::duplicate;
}

bool Tally::is_right(const Echo& echo, std::uint32_t size, Entry& entry) const {
  if (echo.payload.size() != size) {
    ++entry.wrong_length;
    return false;
  }
  if (!echo.checksum_ok || !protocol::is_echo_payload(echo.payload, seed_, echo.sequence)) {
    ++entry.wrong_payload;
    return false;
  }
  return true;
}

}  // namespace refrag::agent
