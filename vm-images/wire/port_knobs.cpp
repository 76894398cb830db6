// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/port_knobs.hpp"

#include "vm-images/agent/offloads.hpp"
#include "vm-images/wire/hooks.hpp"

namespace refrag::wire {
namespace {

using agent::Problem;

constexpr std::string_view kHooks = "br_netfilter";
constexpr std::string_view kHooksStay = "br_netfilter-stays";
constexpr std::string_view kVlans = "vlans";
constexpr std::string_view kOffloads = "offloads";

std::vector<std::string> devices(const Ports& ports) { return {ports.names[0], ports.names[1]}; }

void add_unless_empty(std::vector<Knob>& knobs, std::string_view name, std::string value) {
  if (!value.empty()) knobs.emplace_back(name, std::move(value));
}

}  // namespace

std::optional<Problem> set_port_knob(const Ports& ports, const std::string& name,
                                     const std::string& value) {
  if (name == kHooks) return set_hooks(value != "0");
  if (name == kHooksStay) return Problem();
  if (name == kVlans) return set_vlans(ports, value);
  if (name == kOffloads) return agent::set_offloads(devices(ports), value);
  return std::nullopt;
}

std::vector<Knob> read_port_knobs(const Ports& ports) {
  std::vector<Knob> knobs;
  knobs.emplace_back(kHooks, has_hooks() ? "1" : "0");
  knobs.emplace_back(kHooksStay, has_hooks() && !hooks_can_go() ? "1" : "0");
  add_unless_empty(knobs, kVlans, vlans_in_force(ports));
  add_unless_empty(knobs, kOffloads, agent::offloads_in_force(devices(ports)));
  return knobs;
}

}  // namespace refrag::wire
