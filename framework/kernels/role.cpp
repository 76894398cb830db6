// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/role.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/text.hpp"

namespace refrag::kernels {

namespace {

// Connection tracking by a rule of nft. nft_counter is a part of nf_tables since 5.17.
const std::vector<WantedModule> bridge_and_rules = {
    {"bridge"},    {"br_netfilter"}, {"nf_conntrack"},
    {"nf_tables"}, {"nft_ct"},       {"nft_counter", true},
};

std::vector<WantedModule> with_bridge(std::vector<WantedModule> modules) {
  modules.insert(modules.end(), bridge_and_rules.begin(), bridge_and_rules.end());
  return modules;
}

// Alternatives are separated by '|'.
const std::vector<std::string>& options_for(Role role) {
  static const std::vector<std::string> dom0 = {
      "XEN_DOM0",   "XEN_BACKEND", "XEN_NETDEV_BACKEND", "XEN_DEV_EVTCHN", "XEN_GNTDEV",
      "XENFS",      "BRIDGE",      "BRIDGE_NETFILTER",   "NF_CONNTRACK",   "NFT_CT",
      "VIRTIO_PCI", "VIRTIO_NET",  "BLK_DEV_INITRD"};
  static const std::vector<std::string> guest = {"XEN_PV", "XEN_NETDEV_FRONTEND", "HVC_XEN",
                                                 "VLAN_8021Q", "BLK_DEV_INITRD"};
  static const std::vector<std::string> kvm_guest = {"VIRTIO_PCI", "VIRTIO_NET", "VLAN_8021Q",
                                                     "BLK_DEV_INITRD"};
  static const std::vector<std::string> wire = {"BRIDGE", "BRIDGE_NETFILTER",
                                                "NF_CONNTRACK|IP_NF_CONNTRACK",
                                                "VIRTIO_NET|E1000|8139CP", "BLK_DEV_INITRD"};
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

// Since 2.6.18, so nearly everything may be missing or have another name: what there is no rule for
// in a kernel is turned on by loading it. The card's driver is chosen with the card.
const std::vector<WantedModule> bridge_of_any_age = {
    {"bridge", true},
    {"br_netfilter", true},
    {"nf_conntrack", true},
    {"ip_conntrack", true},
    {"nf_conntrack_ipv4", true},
    {"nf_tables", true},
    {"nf_tables_ipv4", true},
    {"nft_ct", true},
    {"nft_counter", true},
    {"nf_conntrack_bridge", true},
};

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::dom0:
      return "dom0";
    case Role::guest:
      return "guest";
    case Role::kvm_guest:
      return "KVM guest";
    case Role::wire:
      break;
  }
  return "wire";
}

const std::vector<WantedModule>& modules_for(Role role) {
  // What the services wait for comes first: they start while the rest is loaded.
  static const auto dom0 = with_bridge({{"xen_evtchn"},
                                        {"xen_privcmd"},
                                        {"xenfs"},
                                        {"xen_gntdev"},
                                        {"virtio_pci"},
                                        {"virtio_net"},
                                        {"xen_netback"}});
  static const std::vector<WantedModule> guest = {{"xen_netfront"}, {"8021q"}};
  static const std::vector<WantedModule> kvm_guest = {
      {"virtio_pci", true}, {"virtio_net", true}, {"8021q"}};
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
  return bridge_of_any_age;
}

std::vector<std::string> missing_for(Role role, const Config& config) {
  std::vector<std::string> missing;
  if (config.empty()) return missing;
  for (const auto& option : options_for(role)) {
    const auto names = base::split(option, '|');
    const auto has = [&](const std::string& name) { return config.has(name); };
    if (std::ranges::any_of(names, has)) continue;
    missing.push_back(fmt::format("CONFIG_{}", fmt::join(names, " or CONFIG_")));
  }
  return missing;
}

}  // namespace refrag::kernels
