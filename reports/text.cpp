// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/text.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <set>

#include <fmt/format.h>

#include "framework/base/text.hpp"

namespace refrag::reports {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::string result;
  std::size_t begin = 0;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
    result.append(text, begin, at - begin).append(to);
    begin = at + from.size();
  }
  text = result.append(text, begin);
}

bool continues_sequence(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string unix_lines(text);
  replace_all(unix_lines, "\r\n", "\n");
  auto safe = base::printable(unix_lines);  // valid UTF-8 without control characters
  replace_all(safe, "\xEF\xBF\xBE", replacement);
  replace_all(safe, "\xEF\xBF\xBF", replacement);
  return safe;
}

std::string ascii_xml(std::string_view document) {
  std::string ascii;
  ascii.reserve(document.size());
  for (std::size_t i = 0; i < document.size();) {
    const auto lead = static_cast<unsigned char>(document[i++]);
    if (lead < 0x80) {
      ascii += static_cast<char>(lead);
      continue;
    }
    unsigned code = lead & (lead >= 0xf0 ? 0x07u : lead >= 0xe0 ? 0x0fu : 0x1fu);
    for (; i < document.size() && continues_sequence(document[i]); ++i) {
      code = code << 6 | (static_cast<unsigned char>(document[i]) & 0x3fu);
    }
    ascii += fmt::format("&#x{:X};", code);
  }
  return ascii;
}

std::string one_line(std::string_view text) {
  auto line = xml_text(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

std::string cut_middle(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  auto head = limit / 2;
  auto tail = text.size() - (limit - head);
  while (head > 0 && continues_sequence(text[head])) --head;
  while (tail < text.size() && continues_sequence(text[tail])) ++tail;
  return fmt::format("{}\n[... {} bytes left out ...]\n{}", text.substr(0, head), tail - head,
                     text.substr(tail));
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  if (width == 0) return std::string(text);
  const auto leading = std::min(text.find_first_not_of(' '), text.size());
  std::string wrapped(text.substr(0, leading));
  auto column = leading;
  bool is_first = true;
  for (const auto& word : base::split(text.substr(leading), ' ')) {
    if (!is_first && column + 1 + word.size() > width) {
      wrapped += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!is_first) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += word.size();
    is_first = false;
  }
  return wrapped;
}

std::vector<std::string> plain_names(const std::vector<std::string>& labels,
                                     std::string_view more) {
  constexpr std::size_t longest = 150;  // a file's name, with a suite's beside it
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const auto& label : labels) {
    auto plain = label.substr(0, longest);
    for (auto& c : plain) {
      if (!is_letter_or_digit(c) && more.find(c) == std::string_view::npos) c = '_';
    }
    if (plain.empty() || plain.front() == '.') plain.insert(0, 1, '_');
    auto name = plain;
    for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}-{}", plain, i);
    names.push_back(name);
  }
  return names;
}

bool is_timestamp(const std::string& text) {
  std::tm time = {};
  const auto* const end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (end == nullptr || *end != '\0' || text.size() != 19) return false;
  const std::chrono::year_month_day date(std::chrono::year(time.tm_year + 1900),
                                         std::chrono::month(time.tm_mon + 1),
                                         std::chrono::day(time.tm_mday));
  return date.ok() && time.tm_sec < 60;
}

}  // namespace refrag::reports
