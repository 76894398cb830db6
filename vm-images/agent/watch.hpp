// SPDX-License-Identifier: GPL-2.0-or-later
// Notes which echo requests of a sweep reached this machine, so that a missing reply can be told
// from a missing request. Served while waiting for anything else.
#pragma once

#include <optional>

#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/echo_socket.hpp"
#include "vm-images/agent/tally.hpp"

namespace refrag::agent {

class Watch {
 public:
  // Forgets what was watched before.
  Problem begin(const protocol::WatchRequest& request);

  void serve();  // takes in what has come, without waiting
  std::vector<protocol::SeenSize> seen();

  // Waits for a descriptor to be readable and serves meanwhile.
  bool wait_readable(int fd, Micros time);

 private:
  EchoSocket socket_;
  std::optional<Tally> tally_;
};

}  // namespace refrag::agent
