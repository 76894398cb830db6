// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/port_knobs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/host/counters.hpp"

namespace refrag::testbed {

namespace {

constexpr std::string_view sysctls = "/proc/sys/net/bridge/";
constexpr std::string_view snmp = "/proc/net/snmp";
constexpr std::string_view log_mark = "@meanwhile\n";

// "/path/of/the/name:value" of each setting, as grep -H has it.
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
    const auto [known, is_new] = state.knobs.emplace(path.substr(path.rfind('/') + 1), value);
    if (!is_new && base::to_number(value) < base::to_number(known->second)) known->second = value;
  }
  state.counters = host::parse_snmp(counters);
  return state;
}

std::string write(std::string_view value, std::string_view path) {
  return fmt::format("echo {} > {}\n", base::shell_quote(std::string(value)), path);
}

}  // namespace

// Of the MTU the least of bridge and ports counts.
std::string PortKnobs::setting(const std::string& name, const std::string& value) const {
  if (name == verdict::knob::mtu) {
    std::string script;
    for (const auto& port : ports_) script += write(value, "/sys/class/net/" + port + "/mtu");
    return script + write(value, bridge() + "mtu");
  }
  return write(value,
               (name.starts_with("bridge-") ? std::string(sysctls) : bridge() + "bridge/") + name);
}

host::Reading PortKnobs::ask(const std::string& script, const std::string& rules,
                             std::string_view meanwhile, base::Deadline deadline) {
  return base::doing("setting and reading the host's bridge", [&] {
    const auto in_force = taps_.rules(rules, deadline);
    std::string files = fmt::format("{}bridge-nf-* {}", sysctls, snmp);
    for (const auto* name : {"bridge/nf_call_iptables", "bridge/nf_call_ip6tables", "mtu"}) {
      files += " " + bridge() + name;
    }
    for (const auto& port : ports_) files += " /sys/class/net/" + port + "/mtu";
    const auto said =
        shell_.run_ok(fmt::format("set -e\n{}grep -s -H '^[0-9]\\|^Ip:' {} || :\necho {}{}", script,
                                  files, log_mark, meanwhile),
                      deadline);
    const auto mark = said.find(log_mark.substr(0, log_mark.size() - 1));
    if (mark == said.npos) throw base::Error(base::Fault::lab, base::last_lines(said, 3));
    host::Reading reading{parse(said.substr(0, mark)), {}};
    if (said.size() > mark + log_mark.size()) reading.said = said.substr(mark + log_mark.size());
    auto& [knobs, counters] = reading.state;
    knobs[std::string(verdict::knob::rules)] = in_force.name;
    for (const auto& [name, value] : in_force.counters) counters[name] = value;
    last_ = knobs;
    return reading;
  });
}

host::Reading PortKnobs::read(std::string_view meanwhile, base::Deadline deadline) {
  return ask({}, {}, meanwhile, deadline);
}

verdict::HostState PortKnobs::set(const verdict::Knobs& wanted, base::Deadline deadline) {
  std::string script, rules;
  for (const auto& [name, value] : wanted) {
    const auto known = last_.find(name);
    if (known != last_.end() && known->second == value) continue;
    (name == verdict::knob::rules ? rules : script) +=
        name == verdict::knob::rules ? value : setting(name, value);
  }
  return ask(script, rules, {}, deadline).state;
}

}  // namespace refrag::testbed
