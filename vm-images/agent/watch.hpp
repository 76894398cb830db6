// SPDX-License-Identifier: GPL-2.0-or-later
// Notes which echo requests of a sweep reached this machine, so that a missing reply can be told
// from a missing request, and answers them in the kernel's place: its ICMP socket holds 132 KiB and
// throws away without a word what is over, so that a machine whose card is slow to give memory back
// loses replies which the bridge then would be blamed for. Served while waiting for anything else.
#pragma once

#include <deque>
#include <span>
#include <variant>

#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/echo_socket.hpp"
#include "vm-images/agent/tally.hpp"

namespace refrag::agent {

// One sweep's requests.
class Watched {
 public:
  explicit Watched(const protocol::WatchRequest& request)
      : request_(request), tally_(request.ident, request.seed, request.count, request.sizes) {}

  Problem open();
  void serve();
  void let_kernel_answer() const;  // from here on

  int fd() const { return socket_.fd(); }
  bool is_behind() const { return !answers_.empty(); }  // there are answers still to be given
  const Problem& failed() const { return failed_; }
  std::vector<protocol::SeenSize> seen() const;

 private:
  struct Answer {
    std::uint16_t ident;
    std::uint16_t sequence;
    std::string payload;
  };

  bool set_kernel_answers(bool on) const;
  void give_answers();

  protocol::WatchRequest request_;
  EchoSocket socket_;
  Tally tally_;
  std::deque<Answer> answers_;
  Problem failed_;
};

class Watch {
 public:
  // Forgets what was watched before, unless it is for something beside it.
  Problem begin(const protocol::WatchRequest& request);

  void serve();  // takes in what has come and answers it, without waiting

  // What has come of the first, or why one could not be answered. The kernel answers again from
  // here on.
  std::variant<std::vector<protocol::SeenSize>, Problem> end();

  // Waits for one of the descriptors to be readable and serves meanwhile.
  bool wait_readable(std::span<const int> fds, Micros time);
  bool wait_readable(int fd, Micros time) { return wait_readable({&fd, 1}, time); }

 private:
  std::deque<Watched> watched_;
};

}  // namespace refrag::agent
