// SPDX-License-Identifier: GPL-2.0-or-later
// Every frame at one card with its time, as far as a bound on memory allows.
#pragma once

#include <cstddef>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/packet/capture.hpp"

namespace refrag::testbed {

class WireCapture {
 public:
  static constexpr std::size_t default_limit = 64u << 20;  // bytes

  explicit WireCapture(std::size_t limit = default_limit) : limit_(limit) {}

  void add(packet::Way way, packet::View frame, base::Clock::time_point at);
  void keep_last(std::size_t frames);  // and forgets those before

  std::size_t size() const noexcept { return entries_.size(); }
  packet::Tap tap(const std::string& name) const;  // valid until the next add() or keep_last()
  std::size_t left_out() const noexcept { return left_out_; }  // frames that found no room

 private:
  struct Entry {
    base::Clock::time_point at;
    packet::Way way;
    std::size_t begin, size;
  };

  std::size_t limit_;
  std::vector<Entry> entries_;
  packet::Bytes bytes_;
  std::size_t left_out_ = 0;
};

}  // namespace refrag::testbed
