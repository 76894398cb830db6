// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/explore/plain_traffic.hpp"

namespace refrag::explore {

using packet::Family;

namespace {

constexpr int usual_mtu = 1500;

Knobs all_hooks_on(Knobs knobs) {
  const std::string on = "1", tracked = "conntrack";
  for (auto& [name, value] : knobs) {
    if (name.starts_with("bridge-nf-call-ip") || name.starts_with("bridge-nf-filter-")) value = on;
    if (name == "rules") value = tracked;
  }
  return knobs;
}

void add(Scenario& scenario, const Item& item, std::size_t most) {
  const auto index = scenario.items.size();
  scenario.items.push_back(item);
  for (std::size_t at = 0; at < item.size; at += most) {
    scenario.shots.push_back({index, at, std::min(at + most, item.size)});
  }
}

}  // namespace

Scenario plain_traffic_before(const Scenario& scenario) {
  Scenario plain{.knobs = all_hooks_on(scenario.knobs)};
  const auto mtu = plain.knobs.find("mtu");
  const int most = mtu == plain.knobs.end() ? usual_mtu : std::stoi(mtu->second);
  for (const auto family : {Family::ipv6, Family::ipv4}) {
    const auto data = static_cast<std::size_t>(packet::fragment_data(most, family));
    for (const auto from : {Side::a, Side::b}) {
      add(plain, {.from = from, .family = family, .size = 2 * data + 8}, data);
    }
  }
  return plain;
}

}  // namespace refrag::explore
