// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/site.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::validate {

using base::Error;
using base::Fault;
using host::Change;
using host::ChangeKind;
using host::Survey;

namespace {

// What comes with a bridge, taps and guests, and with connection tracking; only what nobody uses is
// ever taken out again.
constexpr const char* modules_of_guests =
    "vhost_net vhost vhost_iotlb tun tap xen_netback bridge stp llc";
constexpr const char* modules_of_rules =
    "nft_ct nft_counter nf_tables br_netfilter nf_conntrack nf_defrag_ipv6 nf_defrag_ipv4 "
    "nfnetlink "
    "libcrc32c bridge stp llc";

// RFC 2544 keeps 198.18.0.0/15 for tests between machines, RFC 5737 the others for examples: nobody
// routes them.
std::string free_network(const Survey& survey, unsigned random, const std::string& taken) {
  for (unsigned i = 0; i < 512; ++i) {
    const unsigned n = (random + i) % 512;
    const auto network = fmt::format("198.{}.{}", 18 + n / 256, n % 256);
    if (network != taken && survey.is_free_network(network)) return network;
  }
  for (const auto* network : {"192.0.2", "198.51.100", "203.0.113"}) {
    if (network != taken && survey.is_free_network(network)) return network;
  }
  throw Error(Fault::lab,
              "the host uses all of 198.18.0.0/15 and the networks of examples for itself");
}

int free_vlan(const Survey& survey, unsigned random) {
  constexpr int first = 100, count = 3900;
  const auto used = survey.vlans_in_use();
  for (int i = 0; i < count; ++i) {
    const int id = first + (static_cast<int>(random % count) + i) % count;
    if (!used.contains(id)) return id;
  }
  throw Error(Fault::lab, "the host uses every VLAN id itself");
}

// A version 4 UUID.
std::string uuid_of(std::mt19937& random) {
  const auto word = [&] { return random() & 0xffffu; };
  return fmt::format("{:04x}{:04x}-{:04x}-4{:03x}-{:04x}-{:04x}{:04x}{:04x}", word(), word(),
                     word(), word() & 0xfffu, 0x8000u | (word() & 0x3fffu), word(), word(), word());
}

void use_bridge(Site& site, const Survey& survey, const std::string& bridge) {
  const auto filtering = survey.lines("filtering");
  const auto line = std::ranges::find_if(filtering, [&](const std::string& text) {
    return text.starts_with(bridge + "/bridge/vlan_filtering:");
  });
  if (line == filtering.end()) {
    throw Error(Fault::usage, fmt::format("the host has no bridge {}", bridge));
  }
  if (line->ends_with(":1")) {
    throw Error(Fault::lab,
                fmt::format("{} filters VLANs: a new guest's frames with a tag would not pass, "
                            "whatever the kernel does",
                            bridge),
                "leave --bridge away, and a bridge of our own is made");
  }
  const auto stay = survey.lines("own-addresses");
  if (std::ranges::find(stay, bridge) == stay.end()) {
    throw Error(
        Fault::lab,
        fmt::format("{} has no address of its own: it would be another one's when our "
                    "guests have come and gone",
                    bridge),
        fmt::format("give it one: ip link set {0} address $(cat /sys/class/net/{0}/address)",
                    bridge));
  }
  site.bridge = bridge;
  site.makes_bridge = false;
  for (const auto& text : survey.lines("mtus")) {
    if (text.starts_with(bridge + "/mtu:")) {
      site.mtu = static_cast<int>(base::to_number(text.substr(bridge.size() + 5)).value_or(1500));
    }
  }
}

}  // namespace

Site choose_site(const Survey& survey, const std::string& bridge, unsigned random) {
  std::mt19937 generator(random);
  Site site;
  site.prefix = fmt::format("refrag-{:08x}", random);
  site.bridge = site.prefix;
  if (!bridge.empty()) use_bridge(site, survey, bridge);
  site.vlan = fmt::format("vlan{}", free_vlan(survey, random));
  site.networks["none"] = free_network(survey, random, {});
  site.networks[site.vlan] = free_network(survey, random + 1, site.networks["none"]);
  for (auto& uuid : site.uuids) uuid = uuid_of(generator);
  return site;
}

std::vector<Change> changes_of(const Site& site, const Survey& survey) {
  std::vector<Change> changes = {{ChangeKind::modules, modules_of_guests, survey.loaded_modules()}};
  if (site.makes_bridge) changes.push_back({ChangeKind::link, site.bridge});
  for (int i = 0; i < 2; ++i) {
    for (const auto* folder : {"/var/log/libvirt/qemu/", "/var/log/libvirt/libxl/"}) {
      changes.push_back({ChangeKind::file, fmt::format("{}{}.log", folder, site.guest(i))});
    }
    changes.push_back(
        {ChangeKind::file, fmt::format("/var/log/xen/console/guest-{}.log", site.guest(i))});
    changes.push_back(
        {ChangeKind::domain, site.guest(i), site.uuids.at(static_cast<std::size_t>(i))});
  }
  return changes;
}

std::vector<Change> changes_of_toggling(const Survey& survey) {
  for (const auto& line : survey.lines("rules")) {
    if (line.find("table ip refrag ") != std::string::npos) {
      throw Error(Fault::lab, "the host has rules of its own in `table ip refrag`",
                  "leave --toggle away, or rename them");
    }
  }
  std::vector<Change> changes = {{ChangeKind::modules, modules_of_rules, survey.loaded_modules()}};
  for (const auto& [name, value] : survey.bridge_sysctls()) {
    changes.push_back({ChangeKind::sysctl, "net/bridge/" + name, value});
  }
  changes.push_back({ChangeKind::table, "ip refrag"});
  return changes;
}

}  // namespace refrag::validate
