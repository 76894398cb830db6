// SPDX-License-Identifier: GPL-2.0-or-later
// What the oracle makes of a sweep: counts as evidence of its cell, and a record of each kind of
// violation. Pure: it is the same for what has just been captured and for what was kept.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/packet/capture.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::transparency {

struct Captures {
  std::span<const packet::Tap> ports;  // a's and b's, or none
  std::vector<packet::Mac> hosts;      // addresses of the host itself
  std::chrono::nanoseconds from{};     // when the sweep began, by the ports' clock
  std::string problem = {};            // why there are no ports
};

struct Judged {
  std::optional<verdict::Transparency> evidence;
  std::vector<verdict::ViolationRecord> violations;  // without suite, case, kernel and cell

  // By an echo's size: how many datagrams left in packets larger than they entered in.
  std::map<int, int> outgrown;
};

// `mtu` is the run's, bytes of IP. A loss that an echo already stands for is no violation of its
// own.
Judged judge(const Captures& captures, const verdict::Cell& cell, int mtu,
             const std::vector<verdict::EchoEvidence>& echoes);

// What leaves in larger packets is an echo's, too.
void add_outgrown(verdict::EchoEvidence& echo, const Judged& judged);

}  // namespace refrag::transparency
