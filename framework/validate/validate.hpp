// SPDX-License-Identifier: GPL-2.0-or-later
// Validates a host that is there already, and leaves no trace on it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"
#include "framework/host/lease.hpp"
#include "framework/validate/doctor.hpp"
#include "framework/validate/safety.hpp"
#include "framework/validate/uri.hpp"

namespace refrag::validate {

struct Options {
  HostUri host;
  std::string shown;   // what reports call it; empty for its URI
  std::string guest;   // spec of the guests' kernel; empty for the usual one
  std::string bridge;  // one of the host's own; empty for one of ours
  bool toggle = false;
  base::fs::path out;
  base::Clock::duration deadline = std::chrono::minutes(10);
};

// Records are in the folder afterwards, and verdict.json. Throws Error when the host cannot be
// reached or taken, and Stopped; whatever happens, what was changed is undone first.
Opinion validate(const Options& options);

// Whether Xen or QEMU runs the guests of a host: `address` is its URI without a driver,
// "+ssh://...".
HostUri find_driver(const std::string& address, base::Deadline deadline);

// What a run that died left on a host, put back. Throws Error (lab) when somebody is at work there.
struct Cleaned {
  std::string owner;  // whose it was; empty when there was nothing
  host::Undone what;
};
Cleaned clean(const HostUri& uri, base::Deadline deadline);

// The host as `refrag doctor URI` shows it; changes nothing.
std::vector<Check> examine(const HostUri& uri, base::Deadline deadline);

}  // namespace refrag::validate
