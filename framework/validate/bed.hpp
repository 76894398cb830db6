// SPDX-License-Identifier: GPL-2.0-or-later
// Two guests of ours on a host that is somebody's, as a testbed that suites run on.
#pragma once

#include "framework/host/lease.hpp"
#include "framework/host/survey.hpp"
#include "framework/run/bring_up.hpp"
#include "framework/validate/link.hpp"
#include "framework/validate/site.hpp"

namespace refrag::validate {

struct Visit {
  HostLink& link;
  host::Shell& shell;
  host::Lease& lease;
  const host::Survey& survey;
  const Site& site;
  std::string libvirt;                      // URI
  std::vector<host::Change> toggling = {};  // what comes with it; empty without
};

// Sends the guests' files, makes the bridge, starts the guests; everything is told to the journal
// first, and taken away by undoing it.
run::BedOrNot bring_up_on(const Visit& visit, const run::BringUp& wanted);

}  // namespace refrag::validate
