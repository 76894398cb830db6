// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/vlans.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "vm-images/agent/netlink.hpp"

namespace refrag::wire {
namespace {

using agent::NetlinkMessage;
using agent::NetlinkRequest;
using agent::Problem;
using agent::problem;

constexpr std::uint16_t kUntagged = BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED;

// How a port is a member of a VLAN.
struct Vlan {
  std::uint16_t id;
  std::uint16_t flags;

  bool operator==(const Vlan&) const = default;
};
using Vlans = std::vector<Vlan>;  // in order of their numbers, as the kernel has them

struct Set {
  std::string_view name;
  std::array<Vlans, 2> ports;
};

const std::vector<Set>& sets() {
  static const Vlans plain = {{1, kUntagged}}, trunk = {{1, kUntagged}, {3, 0}},
                     access = {{3, kUntagged}};
  static const std::vector<Set> all = {{"0", {plain, plain}},
                                       {"trunk", {trunk, trunk}},
                                       {"access", {access, access}},
                                       {"mixed", {trunk, access}}};
  return all;
}

std::string switch_of(const Ports& ports) {
  return "/sys/class/net/" + ports.bridge + "/bridge/vlan_filtering";
}

ifinfomsg bridge_header(unsigned index) {
  ifinfomsg head{};
  head.ifi_family = PF_BRIDGE;
  head.ifi_index = static_cast<int>(index);
  return head;
}

Problem change(agent::Netlink& netlink, std::uint16_t type, unsigned port, bridge_vlan_info vlan) {
  NetlinkRequest request(type, 0, bridge_header(port));
  const auto begun = request.begin(IFLA_AF_SPEC);
  request.add(IFLA_BRIDGE_VLAN_INFO,
              std::string_view(reinterpret_cast<const char*>(&vlan), sizeof vlan));
  request.end(begun);
  const int error = netlink.ask(request);
  return error == 0 ? Problem() : problem("setting a port's VLANs", error);
}

// The attributes of a nest, of which there are several of a kind.
Vlans vlans_in(std::string_view nest) {
  Vlans vlans;
  while (nest.size() >= sizeof(rtattr)) {
    rtattr head{};
    std::memcpy(&head, nest.data(), sizeof head);
    if (head.rta_len < sizeof head || head.rta_len > nest.size()) break;
    bridge_vlan_info vlan{};
    if (head.rta_type == IFLA_BRIDGE_VLAN_INFO && head.rta_len == sizeof head + sizeof vlan) {
      std::memcpy(&vlan, nest.data() + sizeof head, sizeof vlan);
      vlans.push_back({vlan.vid, static_cast<std::uint16_t>(vlan.flags & kUntagged)});
    }
    nest.remove_prefix(std::min<std::size_t>(RTA_ALIGN(head.rta_len), nest.size()));
  }
  return vlans;
}

std::array<Vlans, 2> read(agent::Netlink& netlink, const Ports& ports) {
  std::array<Vlans, 2> found;
  NetlinkRequest request(RTM_GETLINK, 0, bridge_header(0));
  request.add(IFLA_EXT_MASK, std::uint32_t{RTEXT_FILTER_BRVLAN});
  netlink.dump(request, [&](NetlinkMessage message) {
    const auto index = static_cast<unsigned>(message.header<ifinfomsg>().ifi_index);
    for (std::size_t i = 0; i < 2; ++i) {
      if (if_nametoindex(ports.names[i].c_str()) != index) continue;
      found[i] = vlans_in(message.attribute(sizeof(ifinfomsg), IFLA_AF_SPEC));
    }
  });
  return found;
}

Problem set_port(agent::Netlink& netlink, unsigned port, const Vlans& is, const Vlans& wanted) {
  for (const auto& vlan : wanted) {
    if (std::ranges::find(is, vlan) != is.end()) continue;
    auto failed = change(netlink, RTM_SETLINK, port, {vlan.flags, vlan.id});
    if (!failed.empty()) return failed;
  }
  for (const auto& vlan : is) {
    if (std::ranges::find(wanted, vlan.id, &Vlan::id) != wanted.end()) continue;
    auto failed = change(netlink, RTM_DELLINK, port, {0, vlan.id});
    if (!failed.empty()) return failed;
  }
  return {};
}

}  // namespace

Problem set_vlans(const Ports& ports, std::string_view name) {
  const auto set = std::ranges::find(sets(), name, &Set::name);
  if (set == sets().end()) return "there is no set of VLANs " + std::string(name);
  agent::Netlink netlink;
  if (auto failed = netlink.open(); !failed.empty()) return failed;
  const auto is = read(netlink, ports);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto index = if_nametoindex(ports.names[i].c_str());
    auto failed = set_port(netlink, index, is[i], set->ports[i]);
    if (!failed.empty()) return failed;
  }
  const bool done = agent::write_file(switch_of(ports), name == "0" ? "0" : "1");
  return done ? Problem() : problem("setting vlan_filtering");
}

std::string vlans_in_force(const Ports& ports) {
  const auto filters = agent::read_file(switch_of(ports));
  if (!filters) return {};
  if (filters->starts_with('0')) return "0";
  agent::Netlink netlink;
  if (!netlink.open().empty()) return "other";
  const auto is = read(netlink, ports);
  const auto set = std::ranges::find(sets(), is, &Set::ports);
  return std::string(set == sets().end() ? "other" : set->name);
}

}  // namespace refrag::wire
