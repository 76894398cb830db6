// SPDX-License-Identifier: GPL-2.0-or-later
// Both ends of the wire and the one loop that serves them: each card's link, a capture of all that
// went over it, and its endpoints: one, and one more for each further flow at the same time.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "framework/base/fair_clock.hpp"
#include "framework/testbed/testbed.hpp"
#include "framework/testbed/wire_capture.hpp"
#include "framework/testbed/wire_endpoint.hpp"
#include "framework/testbed/wire_link.hpp"

namespace refrag::testbed {

class WireEnds {
 public:
  using Time = WireEndpoint::Time;

  WireEnds(WireLink a, WireLink b);
  WireEnds(const WireEnds&) = delete;
  WireEnds& operator=(const WireEnds&) = delete;

  // The first is always there; the others are made when they are asked for.
  WireEndpoint& endpoint(Side side, std::size_t flow = 0);
  static packet::Mac mac(Side side, std::size_t flow = 0);
  WireCapture& capture(Side side) { return of(side).capture; }

  // The time as the machine has it.
  Time now() { return clock_.now(); }

  // Serves both ends until step() says that it is done (then true), or until the deadline or a
  // broken link (then false). Notices a stop request.
  bool run(const std::function<bool(Time)>& step, base::Deadline deadline);

  // Which link is broken and why; empty while both work.
  std::string problem() const;

 private:
  struct End {
    explicit End(WireLink link);
    bool send(packet::View frame);
    void receive(Time now);
    void deliver(packet::View frame, Time now);

    WireLink link;
    WireCapture capture;
    std::vector<std::unique_ptr<WireEndpoint>> endpoints;
  };

  End& of(Side side) { return side == Side::a ? a_ : b_; }
  void wait(base::Deadline deadline);

  End a_;
  End b_;
  base::FairClock clock_;
};

}  // namespace refrag::testbed
