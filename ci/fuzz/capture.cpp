// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as a pcapng file: reading never crashes and never reads beyond the end, and what was
// read is written and read again as it was.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "framework/oracle/taps.hpp"
#include "framework/packet/pcapng.hpp"

using namespace refrag;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_same(const packet::Tap& a, const packet::Tap& b) {
  return std::ranges::equal(a.frames, b.frames, [](const auto& one, const auto& other) {
    return one.at == other.at && one.way == other.way && std::ranges::equal(one.bytes, other.bytes);
  });
}

void by_time(packet::Tap& tap) { std::ranges::stable_sort(tap.frames, {}, &packet::Captured::at); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto taps = packet::from_pcapng({reinterpret_cast<const char*>(data), size});
  if (!taps) return 0;
  for (auto& tap : *taps) by_time(tap);
  const auto file = packet::to_pcapng(*taps, {});
  const auto again = packet::from_pcapng(file);
  require(again && std::ranges::equal(*taps, *again, is_same));
  if (taps->size() >= 2) oracle::judge((*taps)[0], (*taps)[1], {});
  return 0;
}
