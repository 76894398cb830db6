// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/wrapping.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::verdict {

using namespace packet::ether_type;

namespace {

constexpr std::uint16_t priority = 5 << 13;
constexpr std::uint16_t session = 7;
constexpr int last_vlan = 4094;

std::optional<Wrapping> one_tag(const std::string& tag, std::string_view name, std::uint16_t type) {
  if (!tag.starts_with(name)) return std::nullopt;
  const auto id = base::to_number(tag.substr(name.size()));
  if (!id || *id < 1 || *id > last_vlan) return std::nullopt;
  return Wrapping{{{type, static_cast<std::uint16_t>(*id)}}};
}

}  // namespace

Wrapping wrapping_of(const std::string& tag) {
  if (tag == "none") return {};
  if (tag == "prio") return {{{vlan, priority}}};
  if (tag == "qinq") return {{{service_vlan, 3}, {vlan, 4}}};
  if (tag == "pppoe") return {{}, session};
  if (auto wrapping = one_tag(tag, "vlan", vlan)) return *wrapping;
  if (auto wrapping = one_tag(tag, "ad", service_vlan)) return *wrapping;
  throw base::Error(base::Fault::usage, fmt::format("there is no tag {}", tag),
                    "tags are none, vlan1 to vlan4094, ad1 to ad4094, prio, qinq and pppoe");
}

}  // namespace refrag::verdict
