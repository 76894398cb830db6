// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/path.hpp"

#include <fmt/format.h>

#include "framework/base/text.hpp"

namespace refrag::testbed {

namespace {

constexpr int last_vlan = 4094;

Path path_of_vlan(int vlan) {
  const int subnet = vlan + 1;
  return {vlan == 0 ? card : fmt::format("{}.{}", card, vlan), vlan,
          fmt::format("11.{}.{}", 11 + subnet / 256, subnet % 256)};
}

}  // namespace

namespace {

Path usual_path_of(const std::string& tag) {
  if (tag == "none") return path_of_vlan(0);
  const auto id = tag.starts_with("vlan") ? base::to_number(tag.substr(4)) : std::nullopt;
  if (!id || *id < 1 || *id > last_vlan) {
    throw base::Error(base::Fault::usage, fmt::format("there is no tag {}", tag),
                      "tags are none and vlan1 to vlan4094");
  }
  return path_of_vlan(static_cast<int>(*id));
}

}  // namespace

// fd72:6566::/32 is refrag's on a wire, too.
std::string Path::address(Side side) const {
  const int host = side == Side::a ? 1 : 2;
  return family == packet::Family::ipv6 ? fmt::format("fd72:6566:{:x}::{}", vlan, host)
                                        : fmt::format("{}.{}", network, host);
}

std::string Path::address_with_prefix(Side side) const {
  return address(side) + (family == packet::Family::ipv6 ? "/64" : "/24");
}

Path path_of(const std::string& tag, const Networks& networks, packet::Family family) {
  auto path = usual_path_of(tag);
  path.family = family;
  if (const auto other = networks.find(tag); other != networks.end()) path.network = other->second;
  return path;
}

}  // namespace refrag::testbed
