// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/facts.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace refrag::agent {
namespace {

constexpr std::uint32_t kGnuBuildId = 3;
constexpr std::string_view kGnu("GNU\0", 4);

std::size_t aligned(std::uint32_t size) { return (std::size_t{size} + 3) & ~std::size_t{3}; }

// Takes the next line off the front of text, without its newline.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

std::string build_id(std::string_view notes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::uint32_t head[3];  // sizes of name and contents, type
  while (notes.size() >= sizeof head) {
    std::memcpy(head, notes.data(), sizeof head);
    notes.remove_prefix(sizeof head);
    const auto name = notes.substr(0, head[0]);
    notes.remove_prefix(std::min(aligned(head[0]), notes.size()));
    const auto contents = notes.substr(0, head[1]);
    notes.remove_prefix(std::min(aligned(head[1]), notes.size()));
    if (head[2] != kGnuBuildId || name != kGnu || contents.size() != head[1]) continue;
    std::string text;
    for (const char c : contents) {
      text += {kHex[static_cast<unsigned char>(c) >> 4], kHex[static_cast<unsigned char>(c) & 15]};
    }
    return text;
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> snmp_counters(std::string_view text,
                                                               std::string_view prefix) {
  std::vector<std::pair<std::string, std::string>> counters;
  while (!text.empty()) {
    const auto names = words(take_line(text));
    const auto values = words(take_line(text));
    if (names.empty() || values.empty() || names[0] != values[0]) continue;
    const std::string group(names[0].substr(0, names[0].find(':')));
    for (std::size_t i = 1; i < std::min(names.size(), values.size()); ++i) {
      std::string name = group + "." + std::string(names[i]);
      if (name.starts_with(prefix)) counters.emplace_back(std::move(name), values[i]);
    }
  }
  return counters;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (;;) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos) return found;
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(" \t\r\n"), text.size());
    found.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

}  // namespace refrag::agent
