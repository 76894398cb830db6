// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/line.hpp"

#include <algorithm>
#include <charconv>

#include "framework/protocol/crc32.hpp"

namespace refrag::protocol {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::size_t kCrcDigits = 8;
// "@refrag! CRC SEQUENCE NUMBER+ VERB" and the newline, each at its longest.
constexpr std::size_t kHead = kMarker.size() + 2 + kCrcDigits + 1 + 10 + 1 + 5 + 1 + kMaxName + 1;
constexpr std::size_t kRoom = kMaxLine - kHead;
constexpr std::size_t kChunk = (kRoom - kMaxName - 3) / 3;  // raw bytes; each may become %XX

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_name(c); });
}

std::string as_name(std::string_view text) {
  std::string name;
  std::copy_if(text.begin(), text.end(), std::back_inserter(name),
               [](char c) { return is_name(c); });
  if (name.size() > kMaxName) name.resize(kMaxName);
  return name.empty() ? "x" : name;
}

bool is_plain(char c) {
  return is_name(c) || std::string_view(":/,@()").find(c) != std::string_view::npos;
}

std::string escaped(std::string_view raw) {
  std::string text;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c)) {
      text += c;
    } else if (c == ' ') {
      text += '+';
    } else {
      text += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return text;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string raw;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i])) {
      raw += text[i];
    } else if (text[i] == '+') {
      raw += ' ';
    } else {
      if (text[i] != '%' || i + 2 >= text.size()) return std::nullopt;
      const auto high = kHex.find(text[i + 1]), low = kHex.find(text[i + 2]);
      if (high == kHex.npos || low == kHex.npos) return std::nullopt;
      raw += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return raw;
}

std::string hex8(std::uint32_t value) {
  std::string text(kCrcDigits, '0');
  for (std::size_t i = 0; i < kCrcDigits; ++i)
    text[kCrcDigits - 1 - i] = kHex[(value >> 4 * i) & 15];
  return text;
}

// The words of all fields, cut so that each fits a line.
std::vector<std::string> words_of(const Message& message) {
  std::vector<std::string> words;
  for (const Field& field : message.fields) {
    const std::string key = as_name(field.key);
    std::size_t at = 0;
    do {
      const auto chunk = std::string_view(field.value).substr(at, kChunk);
      words.push_back(" " + key + (at ? "+=" : "=") + escaped(chunk));
      at += kChunk;
    } while (at < field.value.size());
  }
  return words;
}

std::vector<std::string> packed(const std::vector<std::string>& words) {
  std::vector<std::string> lines(1);
  for (const std::string& word : words) {
    if (lines.back().size() + word.size() > kRoom) lines.emplace_back();
    lines.back() += word;
  }
  return lines;
}

// Takes the next word off the front of text; words are separated by one space each.
std::string_view take(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::optional<std::uint32_t> to_u32(std::string_view text) {
  const auto number = to_number(text);
  if (!number || *number < 0 || *number > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<Part> decode_part(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == word.npos || equals == 0) return std::nullopt;
  const bool appended = word[equals - 1] == '+';
  const auto key = word.substr(0, equals - (appended ? 1 : 0));
  auto value = unescaped(word.substr(equals + 1));
  if (!is_name(key) || !value) return std::nullopt;
  return Part{std::move(*value), std::string(key), appended};
}

// What the checksum covers, when it is right.
std::optional<std::string_view> checked_body(Direction direction, std::string_view text) {
  const std::size_t head = kMarker.size() + 2 + kCrcDigits + 1;
  if (text.size() < head || text.size() >= kMaxLine || !text.starts_with(kMarker)) {
    return std::nullopt;
  }
  if (text[kMarker.size()] != static_cast<char>(direction) || text[kMarker.size() + 1] != ' ') {
    return std::nullopt;
  }
  const auto body = text.substr(head);
  if (text.substr(kMarker.size() + 2, kCrcDigits + 1) != hex8(crc32(body)) + " ") {
    return std::nullopt;
  }
  return body;
}

}  // namespace

std::string encode(Direction direction, const Message& message) {
  const auto lines = packed(words_of(message));
  if (lines.size() > kMaxParts) {
    Message too_long = error_reply("the message is too long");
    too_long.sequence = message.sequence;
    return encode(direction, too_long);
  }
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string body = std::to_string(message.sequence) + " " + std::to_string(i) +
                             (i + 1 < lines.size() ? "+ " : ". ") + as_name(message.verb) +
                             lines[i];
    text += std::string(kMarker) + static_cast<char>(direction) + " " + hex8(crc32(body)) + " " +
            body + "\n";
  }
  return text;
}

std::optional<Line> decode_line(Direction direction, std::string_view text) {
  auto body = checked_body(direction, text);
  if (!body) return std::nullopt;
  const auto sequence = to_u32(take(*body));
  auto number_word = take(*body);
  const auto verb = take(*body);
  if (!sequence || number_word.size() < 2 || !is_name(verb)) return std::nullopt;
  const char end = number_word.back();
  number_word.remove_suffix(1);
  const auto number = to_u32(number_word);
  if (!number || *number >= kMaxParts || (end != '+' && end != '.')) return std::nullopt;

  Line line{*sequence, *number, end == '.', std::string(verb)};
  while (!body->empty()) {
    auto part = decode_part(take(*body));
    if (!part) return std::nullopt;
    line.parts.push_back(std::move(*part));
  }
  return line;
}

}  // namespace refrag::protocol
