// SPDX-License-Identifier: GPL-2.0-or-later
// What must hold: an echo of any size crosses the bridge and comes back whole, untagged and inside
// VLAN 3, in both directions, with the bridge's netfilter hooks on and off.
//
// Why it once did not: from Linux 2.6.17 to 2.6.29 the bridge reassembled the fragments of VLAN
// frames for connection tracking and never fragmented them again. What was then over the MTU was
// dropped without a trace; a header subtracted twice let four bytes more through, so that over a
// VLAN `ping -s 1476` worked and `ping -s 1477` lost everything. Reported from 2.6.18-128.el5xen;
// `echo 0 > /proc/sys/net/bridge/bridge-nf-call-iptables` mended it; fixed by c197facc8ea0.
#include "fixtures/session.hpp"

using namespace refrag;

plan::SuiteShape fixtures::shape(plan::Choice) {
  return {"vlan_ping_sizes",
          "echo",
          {{"tag", {"none", "vlan3"}}, {"nf", {"1", "0"}}, {"dir", {"a>b", "b>a"}}}};
}

TEST_CASE("an echo of every size crosses the bridge and comes back whole") {
  const auto plan = GENERATE(from_range(fixtures::selected_cells()));
  const auto judgements = fixtures::sweep(plan);
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    INFO(plan.id.text() << " size " << plan.sizes[i] << ": " << judgements[i].reason);
    CHECK(judgements[i].outcome == verdict::Outcome::passed);
  }
}
