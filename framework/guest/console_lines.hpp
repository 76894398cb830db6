// SPDX-License-Identifier: GPL-2.0-or-later
// A console's bytes taken apart: the agent's messages, and everybody else's lines, which are made
// printable, kept for the tail and handed to a log. The bytes may be anything.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/protocol/receiver.hpp"

namespace refrag::guest {

// Whether a kernel that says this is beyond use: a panic, an oops, a BUG. Warnings are not, and
// neither are lockup reports, which a slow machine can cause.
bool is_fatal(std::string_view line);

class ConsoleLines {
 public:
  static constexpr std::size_t kTailLines = 100;

  using Sink = std::function<void(std::string_view line)>;  // printable, without its end
  explicit ConsoleLines(Sink sink = {}) : sink_(std::move(sink)) {}

  // The messages that these bytes completed.
  std::vector<protocol::Message> feed(std::string_view bytes);

  // The first line that is_fatal().
  const std::optional<std::string>& fatal() const { return fatal_; }

  // Whether one of our lines was damaged since the last call.
  bool take_damage() { return std::exchange(damaged_, false); }

  // The last lines and what has come of the next, joined by newlines.
  std::string tail() const;

 private:
  void keep(std::string_view line);

  Sink sink_;
  protocol::Receiver receiver_{protocol::Direction::reply};
  std::deque<std::string> tail_;
  std::optional<std::string> fatal_;
  bool damaged_ = false;
};

}  // namespace refrag::guest
