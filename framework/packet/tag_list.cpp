// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/tag_list.hpp"

#include <charconv>

namespace refrag::packet {
namespace {

constexpr std::string_view none = "none";

// A number at the beginning, which is taken away.
std::optional<std::uint16_t> take_number(std::string_view& text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_word(const std::vector<Tag>& tags) {
  std::string word;
  for (const auto& tag : tags) {
    if (!word.empty()) word += ',';
    word += std::to_string(tag.type) + "." + std::to_string(tag.control);
  }
  return word.empty() ? std::string(none) : word;
}

std::optional<std::vector<Tag>> tags_of_word(std::string_view word) {
  std::vector<Tag> tags;
  if (word == none) return tags;
  do {
    const auto type = take_number(word);
    if (!type || !take(word, '.')) return std::nullopt;
    const auto control = take_number(word);
    if (!control) return std::nullopt;
    tags.push_back({*type, *control});
  } while (take(word, ','));
  return word.empty() ? std::optional(std::move(tags)) : std::nullopt;
}

}  // namespace refrag::packet
