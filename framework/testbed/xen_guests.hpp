// SPDX-License-Identifier: GPL-2.0-or-later
// Brings the testbed of two guests up on a host that runs: a network of our own, both guests at
// once, both agents. What was made is destroyed with its owner.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "framework/testbed/address.hpp"
#include "framework/testbed/guest_end.hpp"
#include "framework/testbed/phase_events.hpp"
#include "framework/virt/connection.hpp"
#include "framework/virt/network.hpp"
#include "framework/virt/owned.hpp"

namespace refrag::testbed {

// How an agent in a new guest is spoken to: the guest's console, unless a test has a better idea.
using OpenConsole =
    std::function<std::unique_ptr<guest::ByteStream>(const virt::Domain&, base::Deadline)>;
std::unique_ptr<guest::ByteStream> console_of(const virt::Domain& domain, base::Deadline deadline);

struct XenPlan {
  std::string kind = "xen";               // of the testbed
  std::string prefix = "refrag";          // of the guests' names
  virt::NetworkSpec network;              // without a name: its bridge is there already
  virt::DomainSpec guest;                 // of both; name and bridge are filled in
  std::array<std::string, 2> uuids = {};  // the guests', where they are not libvirt's choice
  std::vector<std::string> shell;         // argv of a shell on the host
  base::fs::path folder;                  // consoles' logs and the address file go there
  bool is_disposable = false;             // the host is thrown away: nothing is destroyed on it
  Networks networks = {};                 // see path.hpp
  // Several times what an emulated host takes when it is alone on its machine.
  base::Clock::duration guest_time = base::seconds(90);  // each
  base::Clock::duration agents_time = base::seconds(180);
  OpenConsole open_console = console_of;
};

// A testbed that is up, without anybody at its consoles: a suite program attaches there.
struct XenGuests {
  std::optional<virt::Owned<virt::Network>> network;
  virt::Owned<virt::Domain> a;
  virt::Owned<virt::Domain> b;
  base::fs::path address;  // file
  Facts facts;
};

// Everything ends by the deadline, at a stop request (Stopped), when the host dies (the
// connection's gone_fd) and when one of the guests does.
std::variant<XenGuests, NotUp> bring_up(const virt::Connection& connection, const XenPlan& plan,
                                        const PhaseEvents& events, base::Deadline deadline);

}  // namespace refrag::testbed
