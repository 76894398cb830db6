// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/knobs.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <sys/utsname.h>
#include <unistd.h>

#include "framework/protocol/message.hpp"
#include "vm-images/wire/bridge.hpp"
#include "vm-images/wire/nftables.hpp"

namespace refrag::wire {
namespace {

using agent::Problem;

constexpr std::string_view kRule = "conntrack-rule";
constexpr std::string_view kRules = "rules";
constexpr std::string_view kMtu = "mtu";

// A number in a file.
struct Setting {
  const char* name;
  std::string path;
};

const std::vector<Setting>& settings() {
  static const std::string sysctls = "/proc/sys/net/bridge/";
  static const std::string own = std::string("/sys/class/net/") + kBridge + "/bridge/";
  static const std::vector<Setting> all = {
      {"bridge-nf-call-arptables", sysctls + "bridge-nf-call-arptables"},
      {"bridge-nf-call-ip6tables", sysctls + "bridge-nf-call-ip6tables"},
      {"bridge-nf-call-iptables", sysctls + "bridge-nf-call-iptables"},
      {"bridge-nf-filter-pppoe-tagged", sysctls + "bridge-nf-filter-pppoe-tagged"},
      {"bridge-nf-filter-vlan-tagged", sysctls + "bridge-nf-filter-vlan-tagged"},
      {"bridge-nf-pass-vlan-input-dev", sysctls + "bridge-nf-pass-vlan-input-dev"},
      {"nf_call_ip6tables", own + "nf_call_ip6tables"},
      {"nf_call_iptables", own + "nf_call_iptables"},
  };
  return all;
}

// Before 4.10 (834184b1f3a4, 0c66dc1ea3f0) connection tracking is on as soon as it is loaded.
constexpr std::pair<int, int> kHooksOnDemand = {4, 10};

bool needs_rule() {
  utsname system{};
  uname(&system);
  return version_of(system.release) >= kHooksOnDemand;
}

// One of these is there once it is loaded, whatever it was called then.
bool conntrack_is_loaded() {
  constexpr std::array<const char*, 5> traces = {
      "/proc/sys/net/netfilter/nf_conntrack_max", "/proc/sys/net/ipv4/netfilter/ip_conntrack_max",
      "/proc/sys/net/nf_conntrack_max", "/proc/net/nf_conntrack", "/proc/net/ip_conntrack"};
  return std::ranges::any_of(traces, [](const char* path) { return access(path, F_OK) == 0; });
}

// What it comes to: where connection tracking needs no rule, it is on without one.
std::string rules_text() {
  auto rules = rules_in_force();
  const bool is_on = rules == kNoRules && !needs_rule() && conntrack_is_loaded();
  return is_on ? kConntrackRules : rules;
}

std::string rule_text(const std::string& rules) {
  return rules == kConntrackRules ? "present" : "absent";
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

Problem choose_rules(const std::string& name) {
  if (rules_text() == name) return {};
  if (needs_rule()) return set_rules(name);
  if (name == kNoRules) return "connection tracking is a matter of its module before Linux 4.10";
  return set_rules(name == kConntrackRules ? kNoRules : name);
}

Problem choose_mtu(const std::string& text) {
  const auto mtu = protocol::to_number(text);
  if (!mtu || *mtu < 68 || *mtu > 65535) return "an MTU is 68 to 65535 bytes";
  return set_mtu(static_cast<int>(*mtu));
}

Ports both_ports() {
  const auto names = ports();
  return names.size() == 2 ? Ports{kBridge, {names[0], names[1]}} : Ports();
}

// What is not a number in a file.
std::optional<Problem> choose(const std::string& name, const std::string& value) {
  if (name == kRule) return choose_rules(value == "present" ? kConntrackRules : kNoRules);
  if (name == kRules) return choose_rules(value);
  if (name == kMtu) return choose_mtu(value);
  return set_port_knob(both_ports(), name, value);
}

}  // namespace

std::pair<int, int> version_of(std::string_view release) {
  int numbers[2] = {0, 0};
  const char* at = release.data();
  const char* const end = at + release.size();
  for (int& number : numbers) {
    at = std::from_chars(at, end, number).ptr;
    if (at == end || *at != '.') break;
    ++at;
  }
  return {numbers[0], numbers[1]};
}

std::vector<Knob> read_knobs() {
  std::vector<Knob> knobs;
  for (const auto& setting : settings()) {
    if (auto text = agent::read_file(setting.path)) {
      knobs.emplace_back(setting.name, trimmed(std::move(*text)));
    }
  }
  const auto rules = rules_text();
  knobs.emplace_back(kRule, rule_text(rules));
  knobs.emplace_back(kRules, rules);
  knobs.emplace_back(kMtu, std::to_string(least_mtu()));
  for (auto& knob : read_port_knobs(both_ports())) knobs.push_back(std::move(knob));
  return knobs;
}

Problem set_knob(const std::string& name, const std::string& value) {
  if (auto chosen = choose(name, value)) return std::move(*chosen);
  const auto known = std::ranges::find_if(
      settings(), [&](const Setting& setting) { return name == setting.name; });
  if (known == settings().end()) return "no such knob: " + name;
  if (trimmed(agent::read_file(known->path).value_or("")) == value) return {};
  return agent::write_file(known->path, value) ? Problem() : agent::problem("setting " + name);
}

}  // namespace refrag::wire
