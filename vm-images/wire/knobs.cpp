// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/knobs.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <sys/utsname.h>
#include <unistd.h>

#include "vm-images/wire/nftables.hpp"

namespace refrag::wire {
namespace {

using agent::Problem;

constexpr std::string_view kRule = "conntrack-rule";
const std::string kBridgeSettings = "/proc/sys/net/bridge/";

constexpr std::array<const char*, 5> kSysctls = {
    "bridge-nf-call-arptables", "bridge-nf-call-ip6tables", "bridge-nf-call-iptables",
    "bridge-nf-filter-pppoe-tagged", "bridge-nf-filter-vlan-tagged"};

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

std::string rule_text() {
  const bool on = needs_rule() ? has_conntrack_rule().value_or(false) : conntrack_is_loaded();
  return on ? "present" : "absent";
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

Problem set_rule(const std::string& value) {
  if (rule_text() == value) return {};
  if (!needs_rule()) return "connection tracking is a matter of its module before Linux 4.10";
  return value == "present" ? add_conntrack_rule() : remove_conntrack_rule();
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
  for (const char* name : kSysctls) {
    if (auto text = agent::read_file(kBridgeSettings + name)) {
      knobs.emplace_back(name, trimmed(std::move(*text)));
    }
  }
  knobs.emplace_back(kRule, rule_text());
  return knobs;
}

Problem set_knob(const std::string& name, const std::string& value) {
  if (name == kRule) return set_rule(value);
  const bool is_ours =
      std::ranges::any_of(kSysctls, [&](const char* known) { return name == known; });
  if (!is_ours) return "no such knob: " + name;
  const auto path = kBridgeSettings + name;
  if (trimmed(agent::read_file(path).value_or("")) == value) return {};
  return agent::write_file(path, value) ? Problem() : agent::problem("setting " + name);
}

}  // namespace refrag::wire
