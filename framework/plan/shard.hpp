// SPDX-License-Identifier: GPL-2.0-or-later
// One of several equal parts of a run, for machines that share it: every part is told which one it
// is, and together they are the whole, each thing in exactly one of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace refrag::plan {

struct Shard {
  int index = 1;  // from 1
  int count = 1;

  bool is_all() const { return count == 1; }
  std::string text() const;  // "2/5"

  // "I/N". Throws Error (usage).
  static Shard parse(std::string_view text);

  // Which of `size` things in a row are its own: from, to. No part has two more than another.
  std::pair<std::size_t, std::size_t> of(std::size_t size) const;
};

}  // namespace refrag::plan
