// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/path.hpp"

#include <fmt/format.h>

#include "framework/protocol/sweep.hpp"
#include "framework/testbed/wire_frames.hpp"

namespace refrag::testbed {

namespace {

constexpr std::uint16_t id_bits = 0x0fff;
constexpr int first_service = 4096, priority_only = 8192, two_tags = 8193, first_changed = 8194;
constexpr int in_session = 2 * first_changed;

int number_of(const std::vector<packet::Tag>& tags) {
  if (tags.empty()) return 0;
  if (tags.size() > 1) return two_tags;
  const int id = tags.front().control & id_bits;
  if (id == 0) return priority_only;
  return tags.front().type == packet::ether_type::service_vlan ? first_service + id : id;
}

std::string network_of(int number) {
  const int subnet = number + 1;
  return fmt::format("11.{}.{}", 11 + subnet / 256, subnet % 256);
}

// "eth0.3" for 802.1Q, "eth0.ad3" for 802.1ad, "eth0.ad3.4" for one in the other.
std::string device_on(const std::string& device, const packet::Tag& tag) {
  return fmt::format("{}.{}{}", device, tag.type == packet::ether_type::service_vlan ? "ad" : "",
                     tag.control & id_bits);
}

Path usual_path_of(const std::string& tag) {
  const auto wrapping = wrapping_of(tag);
  Path path{.tags = wrapping.tags,
            .session = wrapping.session,
            .devices = {card},
            .number = wrapping.session ? in_session : number_of(wrapping.tags),
            .network = {}};
  for (const auto& each : path.tags) path.devices.push_back(device_on(path.device(), each));
  if (path.session) path.devices.push_back(fmt::format("{}.pppoe", card));
  path.network = network_of(path.number);
  return path;
}

}  // namespace

std::string Path::listens_at() const {
  return number == priority_only ? std::string(protocol::kAnyDevice) : device();
}

// fd72:6566::/32 is refrag's on a wire, too.
std::string Path::address(Side side) const {
  const int host = side == Side::a ? 1 : 2;
  return family == packet::Family::ipv6 ? fmt::format("fd72:6566:{:x}::{}", number, host)
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

Path path_at(Side side, const Traffic& traffic, const Networks& networks) {
  const bool is_changed = !traffic.tag_at_b.empty() && traffic.tag_at_b != traffic.tag;
  const auto at_a = path_of(traffic.tag, networks, traffic.family);
  if (!is_changed) return at_a;
  auto path = side == Side::a ? at_a : path_of(traffic.tag_at_b, networks, traffic.family);
  path.number = first_changed + at_a.number;
  path.network = network_of(path.number);
  return path;
}

}  // namespace refrag::testbed
