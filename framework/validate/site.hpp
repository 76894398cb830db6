// SPDX-License-Identifier: GPL-2.0-or-later
// What we put on somebody's host, and where: names that nobody has, addresses and a VLAN that are
// free there. Pure but for the run's random name.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "framework/host/journal.hpp"
#include "framework/host/survey.hpp"
#include "framework/testbed/path.hpp"

namespace refrag::validate {

struct Site {
  std::string prefix;  // "refrag-1a2b3c4d": of our bridge, guests and files
  std::string bridge;  // ours, or the host's own that was asked for
  bool makes_bridge = true;
  int mtu = 1500;    // of the bridge, bytes of IP
  std::string vlan;  // "vlan7": a tag that nobody on the host uses
  testbed::Networks networks;
  std::array<std::string, 2> uuids;

  std::string guest(int index) const { return prefix + (index == 0 ? "-a" : "-b"); }
};

// `bridge` is one of the host's own, or empty. Throws Error: usage when the host has no such
// bridge, lab when nothing is free.
Site choose_site(const host::Survey& survey, const std::string& bridge, unsigned random);

// All that the guests and their bridge leave on a host, in the order in which it comes.
std::vector<host::Change> changes_of(const Site& site, const host::Survey& survey);

// What switching the hooks on and off changes besides. Throws Error (lab) when something of our
// name is there that is not ours.
std::vector<host::Change> changes_of_toggling(const host::Survey& survey);

}  // namespace refrag::validate
