// SPDX-License-Identifier: GPL-2.0-or-later
// Every frame at one card with its time, as far as a bound on memory allows.
#pragma once

#include <cstddef>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/packet/bytes.hpp"

namespace refrag::testbed {

enum class Way { into_machine, out_of_machine };

class WireCapture {
 public:
  static constexpr std::size_t default_limit = 64u << 20;  // bytes

  struct Frame {
    base::Clock::time_point at;
    Way way;
    packet::View bytes;  // valid until the next add() or clear()
  };

  explicit WireCapture(std::size_t limit = default_limit) : limit_(limit) {}

  void add(Way way, packet::View frame, base::Clock::time_point at);
  void clear();

  std::size_t size() const noexcept { return entries_.size(); }
  Frame at(std::size_t index) const;
  std::size_t left_out() const noexcept { return left_out_; }  // frames that found no room

 private:
  struct Entry {
    base::Clock::time_point at;
    Way way;
    std::size_t begin, size;
  };

  std::size_t limit_;
  std::vector<Entry> entries_;
  packet::Bytes bytes_;
  std::size_t left_out_ = 0;
};

}  // namespace refrag::testbed
