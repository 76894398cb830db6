// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/port_knobs.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/host/counters.hpp"

namespace refrag::testbed {

namespace {

constexpr std::string_view sysctls = "/proc/sys/net/bridge/";
constexpr std::string_view snmp = "/proc/net/snmp";
constexpr const char* sysctl_names[] = {"call-iptables",       "call-ip6tables",
                                        "call-arptables",      "filter-vlan-tagged",
                                        "filter-pppoe-tagged", "pass-vlan-input-dev"};

// What the program there sets itself; see vm-images/wire/port_knobs.hpp.
bool is_by_name(std::string_view name) {
  return name == verdict::knob::vlans || name == verdict::knob::offloads ||
         name.starts_with(verdict::knob::br_netfilter);
}

// "/path/of/the/name:value" of each setting.
verdict::HostState parse(const std::string& said) {
  verdict::HostState state;
  std::string counters;
  for (const auto& line : base::split(said, '\n')) {
    const auto colon = line.find(':');
    if (colon == line.npos) continue;
    const auto path = line.substr(0, colon);
    const std::string value(base::trim(line.substr(colon + 1)));
    if (path == snmp) {
      counters += value + "\n";
      continue;
    }
    if (!base::to_number(value)) continue;
    const auto [known, is_new] = state.knobs.emplace(path.substr(path.rfind('/') + 1), value);
    if (!is_new && base::to_number(value) < base::to_number(known->second)) known->second = value;
  }
  state.counters = host::parse_snmp(counters);
  return state;
}

}  // namespace

// Of the MTU the least of bridge and ports counts.
void PortKnobs::add(host::Taps::Wish& wish, const std::string& name,
                    const std::string& value) const {
  if (is_by_name(name)) {
    wish.knobs.emplace_back(name, value);
  } else if (name == verdict::knob::mtu) {
    for (const auto& port : ports_) {
      wish.settings.emplace_back("/sys/class/net/" + port + "/mtu", value);
    }
    wish.settings.emplace_back(bridge() + "mtu", value);
  } else if (name == verdict::knob::rules) {
    wish.rules = value;
  } else if (name == verdict::knob::conntrack_rule) {
    wish.rules = value == "present" ? "conntrack" : "none";
  } else {
    const auto folder = name.starts_with("bridge-") ? std::string(sysctls) : bridge() + "bridge/";
    wish.settings.emplace_back(folder + name, value);
  }
}

host::Reading PortKnobs::ask(host::Taps::Wish wish, base::Deadline deadline) {
  return base::doing("setting and reading the host's bridge", [&] {
    for (const auto* name : sysctl_names) {
      wish.files.push_back(fmt::format("{}bridge-nf-{}", sysctls, name));
    }
    wish.files.emplace_back(snmp);
    for (const auto* name : {"bridge/nf_call_iptables", "bridge/nf_call_ip6tables", "mtu"}) {
      wish.files.push_back(bridge() + name);
    }
    for (const auto& port : ports_) wish.files.push_back("/sys/class/net/" + port + "/mtu");
    auto told = taps_.look(wish, deadline);
    host::Reading reading{parse(told.files), std::move(told.log)};
    auto& [knobs, counters] = reading.state;
    knobs[std::string(verdict::knob::rules)] = told.rules;
    knobs[std::string(verdict::knob::conntrack_rule)] =
        told.rules == "conntrack" ? "present" : "absent";
    for (const auto& [name, value] : told.knobs) knobs[name] = value;
    for (const auto& [name, value] : told.counters) counters[name] = value;
    last_ = knobs;
    return reading;
  });
}

host::Reading PortKnobs::set(const verdict::Knobs& wanted, base::Deadline deadline) {
  host::Taps::Wish wish;
  for (const auto& [name, value] : wanted) {
    const auto known = last_.find(name);
    if (known == last_.end() || known->second != value) add(wish, name, value);
  }
  return ask(std::move(wish), deadline);
}

}  // namespace refrag::testbed
