// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/console_watch.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "framework/base/text.hpp"

namespace refrag::lab {

namespace {

constexpr std::size_t longest_line = 4096;
constexpr std::size_t kept_lines = 60;
constexpr std::size_t longest_complaint = 4000;
constexpr std::string_view our_word = "refrag: ";

constexpr std::array<std::string_view, 8> panic_words = {"Kernel panic - not syncing",
                                                         "Panic on CPU",
                                                         "BUG: unable to handle",
                                                         "BUG: kernel NULL pointer",
                                                         "general protection fault",
                                                         "kernel BUG at",
                                                         "Oops: ",
                                                         "Domain 0 crashed"};

}  // namespace

bool is_panic(std::string_view line) {
  return std::ranges::any_of(panic_words, [&](std::string_view words) {
    return line.find(words) != std::string_view::npos;
  });
}

void ConsoleWatch::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n' || partial_.size() >= longest_line) {
      take_line(partial_);
      partial_.clear();
    }
    if (c != '\n' && c != '\r') partial_ += c;
  }
}

void ConsoleWatch::take_line(std::string_view line) {
  lines_.push_back(base::printable(line));
  if (lines_.size() > kept_lines) lines_.pop_front();
  if (!panic_ && is_panic(line)) panic_ = lines_.back();
  const auto ours = line.find(our_word);
  if (ours != std::string_view::npos) take_ours(line.substr(ours + our_word.size()));
}

// "NAME... UPTIME", "failed NAME: REASON", or "| quoted line".
void ConsoleWatch::take_ours(std::string_view text) {
  constexpr std::string_view failed = "failed ";
  if (text.starts_with(failed) || text.starts_with("| ")) {
    if (complaint_.size() > longest_complaint) return;
    if (!complaint_.empty()) complaint_ += "\n";
    complaint_ += base::printable(text.substr(text.starts_with("| ") ? 0 : failed.size()));
    return;
  }
  const auto space = text.rfind(' ');
  if (space == std::string_view::npos) return;
  const std::string number(text.substr(space + 1));
  char* end = nullptr;
  const double uptime = std::strtod(number.c_str(), &end);
  if (end != number.c_str() + number.size() || number.empty()) return;
  on_mark_({base::printable(text.substr(0, space)), uptime});
}

std::string ConsoleWatch::tail() const {
  std::string text;
  for (const auto& line : lines_) text += line + "\n";
  return text + base::printable(partial_);
}

}  // namespace refrag::lab
