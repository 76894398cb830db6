// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/role.hpp"

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

const std::vector<std::string>& options_for(Role role) {
  static const std::vector<std::string> dom0 = {
      "XEN_DOM0",   "XEN_BACKEND", "XEN_NETDEV_BACKEND", "XEN_DEV_EVTCHN", "XEN_GNTDEV",
      "XENFS",      "BRIDGE",      "BRIDGE_NETFILTER",   "NF_CONNTRACK",   "NFT_CT",
      "VIRTIO_PCI", "VIRTIO_NET",  "BLK_DEV_INITRD"};
  static const std::vector<std::string> guest = {"XEN_PV", "XEN_NETDEV_FRONTEND", "HVC_XEN",
                                                 "VLAN_8021Q", "BLK_DEV_INITRD"};
  static const std::vector<std::string> wire = {"BRIDGE",     "BRIDGE_NETFILTER", "NF_CONNTRACK",
                                                "VIRTIO_PCI", "VIRTIO_NET",       "BLK_DEV_INITRD"};
  return role == Role::dom0 ? dom0 : role == Role::guest ? guest : wire;
}

}  // namespace

std::string_view name_of(Role role) {
  return role == Role::dom0 ? "dom0" : role == Role::guest ? "guest" : "wire";
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
  static const auto wire = with_bridge({{"virtio_pci"}, {"virtio_net"}});
  return role == Role::dom0 ? dom0 : role == Role::guest ? guest : wire;
}

std::vector<std::string> missing_for(Role role, const Config& config) {
  std::vector<std::string> missing;
  if (config.empty()) return missing;
  for (const auto& option : options_for(role)) {
    if (!config.has(option)) missing.push_back("CONFIG_" + option);
  }
  return missing;
}

}  // namespace refrag::kernels
