// SPDX-License-Identifier: GPL-2.0-or-later
// The line to the runner: a console that the kernel also writes to, or two pipes.
//
// A reader that stalls must not stall us for good: what cannot be written within the bound is
// dropped. The runner asks again, and the reply is still known then.
#pragma once

#include <string_view>
#include <vector>

#include "framework/protocol/receiver.hpp"
#include "vm-images/agent/watch.hpp"

namespace refrag::agent {

class Console {
 public:
  static constexpr Micros kWriteBound = 10'000'000;

  Console(int in, int out);

  // Bytes both ways as they are: no echo, no signals, no translation. Pipes need none of that.
  void make_raw();

  bool write(std::string_view text);  // false when not all of it could be written
  void say(const protocol::Message& message);
  void drain(Micros time);  // until what was written has left, or the time is over

  // The next requests, while the watch is served; empty when none came in time.
  std::vector<protocol::Message> read(Micros time, Watch& watch);
  bool at_end() const { return at_end_; }

 private:
  int in_;
  int out_;
  bool at_end_ = false;
  protocol::Receiver receiver_{protocol::Direction::request};
};

}  // namespace refrag::agent
