// SPDX-License-Identifier: GPL-2.0-or-later
// The frames of the last sweep at this machine's own card, kept in memory and told when asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/protocol/frame_mark.hpp"
#include "vm-images/agent/ring.hpp"

namespace refrag::agent {

class Capture {
 public:
  // From now on; once is enough.
  Problem listen(const std::string& device);
  void stop();

  // A sweep begins: forgets what was before. Does nothing while nobody listens.
  void begin();

  // Takes down what was seen since then, until it is taken down again. Waits a moment for what was
  // seen just now.
  void take_down();
  const std::vector<protocol::FrameMark>& marks() const { return marks_; }
  std::string_view frame(std::size_t number) const { return frames_[number]; }
  std::uint32_t missed() const { return missed_; }  // frames that found no room

 private:
  void take(const Frame& frame);

  std::optional<Ring> ring_;
  std::string device_;
  std::uint64_t since_ = 0;  // nanoseconds of Unix time
  std::vector<protocol::FrameMark> marks_;
  std::vector<std::string> frames_;
  std::uint32_t missed_ = 0;
};

// Of this machine's clock, as the marks' times: nanoseconds.
std::uint64_t unix_time();

}  // namespace refrag::agent
