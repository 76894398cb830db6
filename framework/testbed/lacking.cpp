// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/lacking.hpp"

#include <fmt/format.h>

#include "framework/base/version.hpp"
#include "framework/verdict/axes.hpp"

namespace refrag::testbed {

namespace {

constexpr const char* tracks_bridges = "5.3";  // 3c171f496ef5: nf_conntrack_bridge
constexpr const char* sheds = "5.13";  // de8c12110a13: the last rule takes reassembly with it

}  // namespace

std::string too_old(const Facts& facts, const verdict::Knobs& wanted) {
  const auto found = wanted.find(verdict::knob::rules);
  if (facts.machines.empty() || found == wanted.end()) return {};
  const auto& release = facts.machines.front().release;
  const auto& rules = found->second;
  const auto is_before = [&](const char* version) {
    return base::compare_versions(release, version) < 0;
  };
  if (rules == "bridge-conntrack" && is_before(tracks_bridges)) {
    return fmt::format("before Linux {} a bridge tracks no connections itself", tracks_bridges);
  }
  if ((rules == "none" || rules == "accept") && is_before(sheds)) {
    return fmt::format("before Linux {} a bridge that has reassembled goes on without a rule",
                       sheds);
  }
  return {};
}

std::string lacking(const verdict::Knobs& found, const verdict::Knobs& wanted) {
  const auto lacks = [&](std::string_view knob) {
    const auto value = wanted.find(knob);
    return value != wanted.end() && value->second != verdict::value_without(knob) &&
           !found.contains(knob);
  };
  if (lacks(verdict::knob::vlans)) return "its kernel's bridges do not filter VLANs";
  if (lacks(verdict::knob::offloads)) return "its kernel has no offloads to be set";
  const auto hooks = wanted.find(verdict::knob::br_netfilter);
  const auto stay = found.find(verdict::knob::br_netfilter_stays);
  const bool is_to_go = hooks != wanted.end() && hooks->second == "0";
  if (is_to_go && stay != found.end() && stay->second == "1") {
    return "its kernel's br_netfilter is built in or cannot be unloaded";
  }
  return {};
}

}  // namespace refrag::testbed
