// SPDX-License-Identifier: GPL-2.0-or-later
// Raw frames through a wire machine: what nobody's stack would send, in at one card and whatever
// comes of it out at the other. No endpoints: nobody answers.
//
// A bridge with one processor keeps the order, so a canary frame of no IP behind the others proves,
// once it is out, that everything before it has left or never will. As many frames as the cards
// hold are on their way at once, and no more.
#pragma once

#include <array>
#include <vector>

#include "framework/testbed/address.hpp"
#include "framework/testbed/wire_capture.hpp"
#include "framework/testbed/wire_commands.hpp"
#include "framework/testbed/wire_link.hpp"

namespace refrag::testbed {

class WireRange {
 public:
  struct Shot {
    Side from = Side::a;
    packet::Bytes frame;
  };

  WireRange(const WireAddress& address, base::Deadline deadline);

  // Sends the frames and returns what both ports saw of it, without the canaries; its bytes stay
  // until the next call. Throws Lost when the machine is gone or no canary comes through.
  Taps shoot(const std::vector<Shot>& shots, base::Deadline deadline);

  WireCommands& host() noexcept { return commands_; }

 private:
  struct Port {
    WireLink link;
    packet::Mac mac, peer;
    WireCapture capture = WireCapture();
    std::uint32_t sent = 0;  // canaries that entered here
    std::uint32_t back = 0;  // the last of them that left at the other port
  };

  Port& port(Side side) { return ports_[side == Side::a ? 0 : 1]; }
  void send(Port& port, packet::View frame);
  void send_canary(Port& port);
  void await_canaries(base::Deadline deadline);
  void serve(base::Deadline deadline);
  void take(std::size_t at, packet::View frame);

  WireCommands commands_;
  std::array<Port, 2> ports_;
  std::size_t window_;  // frames
  std::uint32_t session_;
};

}  // namespace refrag::testbed
