// SPDX-License-Identifier: GPL-2.0-or-later
// All the settings that a matrix needs of a throw-away host: sysctls, the bridge's own, its VLANs,
// the MTU, offloads, rules, and whether there are hooks at all, by the program that listens at the
// ports: no process on the host, and one round trip.
#pragma once

#include <string>
#include <string_view>

#include "framework/host/knobs.hpp"
#include "framework/testbed/port_taps.hpp"

namespace refrag::testbed {

class PortKnobs {
 public:
  // The bridge is the one that these two ports are of.
  PortKnobs(PortTaps& taps, std::vector<std::string> ports)
      : taps_(taps), ports_(std::move(ports)) {}

  // Knobs, counters with those of the rules, and the kernel's messages since the last time. All
  // throw Error (lab).
  host::Reading read(base::Deadline deadline) { return ask({}, deadline); }

  // Sets those that are not so already, and reads all.
  host::Reading set(const verdict::Knobs& wanted, base::Deadline deadline);

 private:
  std::string bridge() const { return "/sys/class/net/" + ports_.front() + "/brport/bridge/"; }
  void add(host::Taps::Wish& wish, const std::string& name, const std::string& value) const;
  host::Reading ask(host::Taps::Wish wish, base::Deadline deadline);

  PortTaps& taps_;
  std::vector<std::string> ports_;
  verdict::Knobs last_;
};

}  // namespace refrag::testbed
