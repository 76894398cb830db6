// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/guest/console_lines.hpp"

#include <algorithm>
#include <array>

#include "framework/base/text.hpp"

namespace refrag::guest {
namespace {

constexpr std::array<std::string_view, 9> kFatal = {
    "Kernel panic - not syncing",
    "Oops: ",
    "BUG: unable to handle",
    "BUG: kernel NULL pointer dereference",
    "kernel BUG at ",
    "general protection fault",
    "Unable to handle kernel",
    "double fault: ",
    "Fatal exception",
};

}  // namespace

bool is_fatal(std::string_view line) {
  return std::any_of(kFatal.begin(), kFatal.end(),
                     [&](std::string_view word) { return line.find(word) != line.npos; });
}

std::vector<protocol::Message> ConsoleLines::feed(std::string_view bytes) {
  std::vector<protocol::Message> messages;
  for (auto& event : receiver_.feed(bytes)) {
    if (event.kind == protocol::Event::Kind::message) {
      messages.push_back(std::move(event.message));
      continue;
    }
    damaged_ |= event.kind == protocol::Event::Kind::damaged;
    keep(event.text);
  }
  return messages;
}

void ConsoleLines::keep(std::string_view line) {
  if (line.empty()) return;
  std::string text = base::printable(line);
  if (sink_) sink_(text);
  if (!fatal_ && is_fatal(text)) fatal_ = text;
  tail_.push_back(std::move(text));
  if (tail_.size() > kTailLines) tail_.pop_front();
}

std::string ConsoleLines::tail() const {
  std::string text;
  for (const auto& line : tail_) text += line + "\n";
  return text + base::printable(receiver_.pending());
}

}  // namespace refrag::guest
