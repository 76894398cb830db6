// SPDX-License-Identifier: GPL-2.0-or-later
// What must hold: whatever the bridge's netfilter hooks are set to, whatever rules there are and
// whatever the traffic is, an echo of any size crosses the bridge and comes back whole, in packets
// no longer than those it was sent in; and rules that drop all that is forwarded let nothing pass.
//
// Every kernel since 2.6.16 has had some combination in which it did not hold; each of them is in
// the default choice, with the cells beside it that tell it from the others. A suite author extends
// the table by a value or an axis; what an axis means is in framework/verdict/axes.hpp.
#include <algorithm>

#include "fixtures/session.hpp"
#include "framework/verdict/axes.hpp"

using namespace refrag;

namespace {

// The usual value first. The first axis changes slowest: each change of rules or of the ports' MTU
// costs the host some time.
const std::vector<plan::Axis> axes = {
    {"rules", {"conntrack", "none", "notrack", "accept", "drop", "bridge-conntrack"}},
    {"port", {"same", "1000", "9000"}},
    {"vlans", {"0", "trunk", "access", "mixed"}},
    {"nf", {"1", "0", "ip4", "ip6", "bridge", "absent"}},
    {"tag", {"none", "vlan3", "prio", "ad3", "qinq", "pppoe"}},
    {"family", {"ipv4", "ipv6"}},
    {"filter", {"1", "0"}},
    {"pppoe", {"0", "1"}},
    {"indev", {"0", "1"}},
    {"mtu", {"same", "1000", "1500"}},
    {"proto", {"icmp", "udp"}},
    {"df", {"0", "1"}},
    {"offloads", {"1", "0"}},
    {"beside", {"none", "none/ipv6", "vlan3/ipv4"}},
    {"dir", {"a>b", "b>a"}}};

const std::vector<std::string> in_every_id = {"tag", "nf", "dir"};

// Chosen so that each known bug fails some of them and no two bugs fail the same. IPv6 comes before
// any VLAN frame that is fragmented again, and untagged where the bridge reassembles it: kernels of
// today give its fragments another datagram's tag or none (known bug ipv6-stale-tag), which the
// other choices are for and which would blur every name here. So would hooks where the bridge's
// VLANs change a tag (known bugs kept-tag and late-tag). Both directions, but for what the time on
// Xen has no room for. Without br_netfilter comes last: to take it away and to load it again takes
// longer than a sweep.
constexpr const char* usual_choice[] = {
    "tag=none,nf=1",
    "tag=none,nf=1,family=ipv6",
    "tag=none,nf=0,family=ipv6",
    "tag=vlan3,nf=0,family=ipv6",
    "tag=none,nf=0",
    "tag=vlan3,nf=1",
    "tag=vlan3,nf=0",
    "tag=prio,nf=1",
    "tag=ad3,nf=1",
    "tag=qinq,nf=1",
    "tag=vlan3,nf=1,proto=udp",
    "tag=none,nf=1,df=1",
    "tag=vlan3,nf=1,filter=0",
    "tag=vlan3,nf=bridge",
    "tag=none,nf=ip6",
    "tag=none,nf=1,mtu=1000",
    "tag=vlan3,nf=1,mtu=1000",
    "tag=none,nf=0,mtu=1000",
    "tag=none,nf=1,rules=none",
    "tag=vlan3,nf=1,rules=accept",
    "tag=none,nf=1,rules=notrack",
    "tag=vlan3,nf=1,rules=notrack",
    "tag=none,nf=1,rules=drop",
    "tag=none,nf=0,rules=bridge-conntrack",
    "tag=none,nf=1,port=9000",
    "tag=vlan3,nf=1,port=9000",
    "tag=none,nf=0,port=9000",
    "tag=vlan3,nf=1,dir=a>b,vlans=trunk",
    "tag=none,nf=1,dir=b>a,vlans=access",
    "tag=vlan3,nf=0,vlans=mixed",
    "tag=vlan3,nf=1,dir=a>b,offloads=0",
    "tag=vlan3,nf=absent,dir=b>a",
};

bool is(const verdict::Cell& cell, const char* axis, const char* value) {
  return verdict::axis_value(cell, axis) == value;
}

// What is unusual about them at most at once, in the product too.
constexpr const char* rarer_axes[] = {"port", "vlans", "filter", "pppoe",    "indev",
                                      "mtu",  "proto", "df",     "offloads", "beside"};
constexpr int most_rarities = 2;

// By the bridge's VLANs, from one port to the other; what is beside it too.
bool is_carried(const verdict::Cell& cell) {
  const auto tag = cell.at("tag");
  if (tag.empty()) return true;
  if (is(cell, "vlans", "trunk")) return tag == "none" || tag == "vlan3";
  if (!is(cell, "beside", "none")) return false;
  return tag == (is(cell, "vlans", "access") ? "none" : "vlan3");
}

// Asked about beginnings of cells as well: looks at an axis only beside those before it.
bool is_senseless(const verdict::Cell& cell) {
  const auto is_there = [&](const char* axis) { return !cell.at(axis).empty(); };
  if (std::ranges::count_if(rarer_axes, is_there) > most_rarities) return true;
  const bool is_ipv6 = is(cell, "family", "ipv6"), is_pppoe = is(cell, "tag", "pppoe");
  const bool is_vlan = !is(cell, "tag", "none") && !is_pppoe;
  const bool is_absent = cell.at("nf") == "absent";
  // Without the hooks nothing is asked of the settings and rules that are theirs.
  if (is_absent && (is_there("filter") || is_there("pppoe") || is_there("indev"))) return true;
  if (is_absent && is_there("rules") && !is(cell, "rules", "bridge-conntrack")) return true;
  if (is_there("vlans") && !is_carried(cell)) return true;
  // A flow beside it that is dropped as well shows nothing.
  if (is(cell, "rules", "drop") && is_there("beside") && cell.at("nf") != "0") return true;
  if (is_there("pppoe") && !is_pppoe) return true;
  if ((is_there("filter") || is_there("indev")) && !is_vlan) return true;
  // Fragments of IPv6 that are shorter than 1280 bytes are dropped, and rightly so.
  const bool is_small = is(cell, "port", "1000") || is(cell, "mtu", "1000");
  if (is_ipv6 && (is_small || is_there("df"))) return true;
  return is_there("mtu") && verdict::sender_mtu(cell, 1500) >= verdict::port_mtu(cell, 1500);
}

std::vector<verdict::Cell> standard_cells() {
  std::vector<verdict::Cell> cells;
  for (const auto* text : usual_choice) {
    for (const auto* dir : {"a>b", "b>a"}) {
      auto cell = *verdict::Cell::parse(text);
      if (cell.at("dir").empty()) cell.set("dir", dir);
      if (std::ranges::find(cells, cell) == cells.end()) cells.push_back(cell);
    }
  }
  return cells;
}

}  // namespace

plan::SuiteShape fixtures::shape(plan::Choice choice) {
  plan::SuiteShape shape{"bridge_matrix", "transparent", axes};
  if (choice == plan::Choice::standard) {
    shape.cells = standard_cells();
    return shape;
  }
  shape.cells = plan::all_cells(axes, in_every_id, is_senseless);
  if (choice == plan::Choice::pairwise) shape.cells = plan::pairwise(shape.cells);
  return shape;
}

TEST_CASE("an echo crosses the bridge and comes back whole, in packets no longer than it left in") {
  const auto plan = GENERATE(from_range(fixtures::selected_cells()));
  const auto judgements = fixtures::sweep(plan, fixtures::Rigour::packets);
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    INFO(plan.id.text() << " size " << plan.sizes[i] << ": " << judgements[i].reason);
    CHECK(judgements[i].outcome == verdict::Outcome::passed);
  }
}
