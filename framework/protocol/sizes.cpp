// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/sizes.hpp"

#include <algorithm>

#include "framework/protocol/message.hpp"
#include "framework/protocol/payload.hpp"

namespace refrag::protocol {
namespace {

constexpr std::size_t kMaxSizes = 20000;

bool has_duplicates(std::vector<std::uint32_t> sizes) {
  std::sort(sizes.begin(), sizes.end());
  return std::adjacent_find(sizes.begin(), sizes.end()) != sizes.end();
}

// "5" or "5-9" onto the end of sizes.
bool add_range(std::string_view text, std::vector<std::uint32_t>& sizes) {
  const auto dash = text.find('-');
  const auto first = to_number(text.substr(0, dash));
  const auto last = dash == text.npos ? first : to_number(text.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first) return false;
  if (*last > std::int64_t{kMaxEcho} || sizes.size() + (*last - *first) >= kMaxSizes) return false;
  for (auto size = *first; size <= *last; ++size) {
    sizes.push_back(static_cast<std::uint32_t>(size));
  }
  return true;
}

}  // namespace

std::string sizes_text(const std::vector<std::uint32_t>& sizes) {
  std::string text;
  for (std::size_t i = 0; i < sizes.size();) {
    std::size_t end = i + 1;
    while (end < sizes.size() && sizes[end] == sizes[end - 1] + 1) ++end;
    if (!text.empty()) text += ',';
    text += std::to_string(sizes[i]);
    if (end > i + 1) text.append(1, '-').append(std::to_string(sizes[end - 1]));
    i = end;
  }
  return text;
}

std::optional<std::vector<std::uint32_t>> parse_sizes(std::string_view text) {
  std::vector<std::uint32_t> sizes;
  for (;;) {
    const auto comma = text.find(',');
    if (!add_range(text.substr(0, comma), sizes)) return std::nullopt;
    if (comma == text.npos) break;
    text.remove_prefix(comma + 1);
  }
  if (has_duplicates(sizes)) return std::nullopt;
  return sizes;
}

}  // namespace refrag::protocol
