// SPDX-License-Identifier: GPL-2.0-or-later
// Makes sure that two endpoints find each other through the machine before anything is measured:
// ARP where the neighbour is not known yet, then one small echo there and back.
#pragma once

#include <string>

#include "framework/testbed/wire_endpoint.hpp"

namespace refrag::testbed {

class WireWarm {
 public:
  using Time = WireEndpoint::Time;

  static constexpr auto retry = std::chrono::milliseconds(100);

  WireWarm(WireEndpoint& from, packet::Ipv4Address to, std::uint16_t ident);
  ~WireWarm() { from_.listen(nullptr); }
  WireWarm(const WireWarm&) = delete;
  WireWarm& operator=(const WireWarm&) = delete;

  bool step(Time now);  // true once the echo is back

  // What is missing; empty once the echo is back.
  std::string problem() const;

 private:
  WireEndpoint& from_;
  packet::Ipv4Address to_;
  std::uint16_t ident_;
  bool asked_ = false;
  bool sent_ = false;
  bool done_ = false;
  Time tried_ = {};
};

}  // namespace refrag::testbed
