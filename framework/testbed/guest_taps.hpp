// SPDX-License-Identifier: GPL-2.0-or-later
// What the guests' own cards saw of a sweep, beside what the host's ports did. A console carries
// little: of a frame that a guest's port saw as well only a mark comes over it, and of the others
// as many as there is room and time for. It is evidence and no judge: what does not come is told.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <string>

#include "framework/testbed/guest_pair.hpp"

namespace refrag::testbed {

class GuestTaps {
 public:
  using Clock = std::function<std::chrono::nanoseconds()>;  // what the host's shows now

  explicit GuestTaps(GuestPair& guests) : guests_(guests) {}

  // From now on each guest keeps the frames of the last sweep at its card.
  void listen(base::Deadline deadline);

  // Adds them to what the ports saw; their bytes stay until the next call. Throws nothing.
  void add_to(Taps& seen, const Clock& host, base::Deadline deadline);

 private:
  struct Guest {
    std::string problem;            // why it does not listen
    std::deque<std::string> bytes;  // of frames that no port saw
  };
  struct Told;
  Told ask(GuestEnd& end, const packet::Tap& port, const Clock& host, base::Deadline deadline);
  void fetch(GuestEnd& end, Told& told, base::Deadline deadline);

  GuestPair& guests_;
  std::array<Guest, 2> kept_;
};

}  // namespace refrag::testbed
