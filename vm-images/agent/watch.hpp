// SPDX-License-Identifier: GPL-2.0-or-later
// Notes which echo requests of a sweep reached this machine, so that a missing reply can be told
// from a missing request, and answers them in the kernel's place: its ICMP socket holds 132 KiB and
// throws away without a word what is over, so that a machine whose card is slow to give memory back
// loses replies which the bridge then would be blamed for. Served while waiting for anything else.
#pragma once

#include <deque>
#include <optional>
#include <variant>

#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/echo_socket.hpp"
#include "vm-images/agent/tally.hpp"

namespace refrag::agent {

class Watch {
 public:
  // Forgets what was watched before.
  Problem begin(const protocol::WatchRequest& request);

  void serve();  // takes in what has come and answers it, without waiting

  // What has come, or why it could not be answered. The kernel answers again from here on.
  std::variant<std::vector<protocol::SeenSize>, Problem> end();

  // Waits for a descriptor to be readable and serves meanwhile.
  bool wait_readable(int fd, Micros time);

 private:
  struct Answer {
    std::uint16_t ident;
    std::uint16_t sequence;
    std::string payload;
  };

  bool let_kernel_answer(bool on) const;
  void give_answers();

  EchoSocket socket_;
  bool is_ipv6_ = false;
  std::optional<Tally> tally_;
  std::deque<Answer> answers_;  // that are still to be given
  Problem failed_;
};

}  // namespace refrag::agent
