// SPDX-License-Identifier: GPL-2.0-or-later
// All the settings that a matrix needs of a throw-away host: sysctls, the bridge's own and the MTU
// by the kernel's files, rules by the program that listens at the ports. Nothing is forked there
// but one grep a reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/host/knobs.hpp"
#include "framework/testbed/port_taps.hpp"

namespace refrag::testbed {

class PortKnobs {
 public:
  // The bridge is the one that these two ports are of.
  PortKnobs(host::Shell& shell, PortTaps& taps, std::vector<std::string> ports)
      : shell_(shell), taps_(taps), ports_(std::move(ports)) {}

  // Knobs, and counters with those of the rules; `meanwhile` as in host::HostKnobs::read. All throw
  // Error (lab).
  host::Reading read(std::string_view meanwhile, base::Deadline deadline);

  // Sets those that are not so already, and reads all.
  verdict::HostState set(const verdict::Knobs& wanted, base::Deadline deadline);

 private:
  std::string bridge() const { return "/sys/class/net/" + ports_.front() + "/brport/bridge/"; }
  std::string setting(const std::string& name, const std::string& value) const;
  host::Reading ask(const std::string& script, const std::string& rules, std::string_view meanwhile,
                    base::Deadline deadline);

  host::Shell& shell_;
  PortTaps& taps_;
  std::vector<std::string> ports_;
  verdict::Knobs last_;
};

}  // namespace refrag::testbed
