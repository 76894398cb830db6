// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/lacking.hpp"

#include "framework/verdict/axes.hpp"

namespace refrag::testbed {

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
