// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/role.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/text.hpp"

namespace refrag::kernels {

namespace {

// Connection tracking by a rule of nft. nft_counter is a part of nf_tables since 5.17.
const std::vector<WantedModule> bridge_and_rules = {
    {"bridge"},
    {"br_netfilter"},
    {"nf_conntrack"},
    {"nf_tables"},
    {"nft_ct"},
    {"nft_counter", true},
    {"nf_conntrack_bridge", true},
};

std::vector<WantedModule> with_bridge(std::vector<WantedModule> modules) {
  modules.insert(modules.end(), bridge_and_rules.begin(), bridge_and_rules.end());
  return modules;
}

// Since 2.6.18, so nearly everything may be missing or have another name: what there is no rule for
// in a kernel is turned on by loading it. The card's driver is chosen with the card.
const std::vector<WantedModule> bridge_of_any_age = {
    {"bridge", true},
    {"br_netfilter", true},
};
const std::vector<WantedModule> rules_of_any_age = {
    {"nf_conntrack", true}, {"ip_conntrack", true},        {"nf_conntrack_ipv4", true},
    {"nf_tables", true},    {"nf_tables_ipv4", true},      {"nft_ct", true},
    {"nft_counter", true},  {"nf_conntrack_bridge", true},
};

struct Needs {
  std::string_view name;
  std::vector<std::string> options;  // alternatives are separated by '|'
  std::vector<WantedModule> modules;
  std::vector<WantedModule> later = {};
};

// What dom0's services wait for comes first: they start while the rest is loaded.
const Needs dom0 = {"dom0",
                    {"XEN_DOM0", "XEN_BACKEND", "XEN_NETDEV_BACKEND", "XEN_DEV_EVTCHN",
                     "XEN_GNTDEV", "XENFS", "BRIDGE", "BRIDGE_NETFILTER", "NF_CONNTRACK", "NFT_CT",
                     "VIRTIO_PCI", "VIRTIO_NET", "BLK_DEV_INITRD"},
                    with_bridge({{"xen_evtchn"},
                                 {"xen_privcmd"},
                                 {"xenfs"},
                                 {"xen_gntdev"},
                                 {"virtio_pci"},
                                 {"virtio_net"},
                                 {"xen_netback"}})};
const Needs guest = {"guest",
                     {"XEN_PV", "XEN_NETDEV_FRONTEND", "HVC_XEN", "VLAN_8021Q", "BLK_DEV_INITRD"},
                     {{"xen_netfront"}, {"8021q"}},
                     {{"tun", true}}};
const Needs kvm_guest = {"KVM guest",
                         {"VIRTIO_PCI", "VIRTIO_NET", "VLAN_8021Q", "BLK_DEV_INITRD"},
                         {{"virtio_pci", true}, {"virtio_net", true}, {"8021q"}}};
const Needs wire = {"wire",
                    {"BRIDGE", "BRIDGE_NETFILTER", "NF_CONNTRACK|IP_NF_CONNTRACK",
                     "VIRTIO_NET|E1000|8139CP", "BLK_DEV_INITRD"},
                    bridge_of_any_age,
                    rules_of_any_age};

const Needs& needs_of(Role role) {
  switch (role) {
    case Role::dom0:
      return dom0;
    case Role::guest:
      return guest;
    case Role::kvm_guest:
      return kvm_guest;
    case Role::wire:
      break;
  }
  return wire;
}

}  // namespace

std::string_view name_of(Role role) { return needs_of(role).name; }

const std::vector<WantedModule>& modules_for(Role role) { return needs_of(role).modules; }
const std::vector<WantedModule>& modules_later_for(Role role) { return needs_of(role).later; }

std::vector<std::string> missing_for(Role role, const Config& config) {
  std::vector<std::string> missing;
  if (config.empty()) return missing;
  for (const auto& option : needs_of(role).options) {
    const auto names = base::split(option, '|');
    const auto has = [&](const std::string& name) { return config.has(name); };
    if (std::ranges::any_of(names, has)) continue;
    missing.push_back(fmt::format("CONFIG_{}", fmt::join(names, " or CONFIG_")));
  }
  return missing;
}

}  // namespace refrag::kernels
