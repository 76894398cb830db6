// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/path.hpp"

#include <set>

#include "framework/base/catch.hpp"
#include "framework/protocol/sweep.hpp"

namespace refrag::testbed {

TEST_CASE("VLAN 3 has the founding report's device and subnet", "[testbed]") {
  const auto path = path_of("vlan3");
  CHECK(path.device() == "eth0.3");
  CHECK(path.tags == std::vector<packet::Tag>{{packet::ether_type::vlan, 3}});
  CHECK(path.address(Side::a) == "11.11.4.1");
  CHECK(path.address(Side::b) == "11.11.4.2");
  CHECK(path_of("none").device() == "eth0");
  CHECK(path_of("none").is_bare());
}

TEST_CASE("every tag has a subnet of its own", "[testbed]") {
  std::set<std::string> networks = {path_of("none").network};
  for (int vlan = 1; vlan <= 4094; ++vlan) {
    networks.insert(path_of("vlan" + std::to_string(vlan)).network);
    networks.insert(path_of("ad" + std::to_string(vlan)).network);
  }
  for (const auto* tag : {"prio", "qinq", "pppoe"}) networks.insert(path_of(tag).network);
  CHECK(networks.size() == 2 * 4094 + 4);
  CHECK(path_of("vlan4094").network == "11.26.255");
}

TEST_CASE("two tags are one device on the other", "[testbed]") {
  CHECK(path_of("qinq").devices == std::vector<std::string>{"eth0", "eth0.ad3", "eth0.ad3.4"});
  CHECK(path_of("prio").device() == "eth0.0");
  CHECK(path_of("ad3").device() == "eth0.ad3");
}

TEST_CASE("a PPPoE session is a device on the card, which leaves less room", "[testbed]") {
  const auto path = path_of("pppoe");
  CHECK(path.devices == std::vector<std::string>{"eth0", "eth0.pppoe"});
  CHECK(path.session == 7);
  CHECK(path.room() == 8);
  CHECK(path.listens_at() == "eth0.pppoe");
  CHECK(path.address(Side::b) == "11.75.5.2");
  CHECK(path_of("pppoe", {}, packet::Family::ipv6).address(Side::a) == "fd72:6566:4004::1");
  CHECK(path_of("vlan3").room() == 0);
  CHECK_FALSE(path_of("vlan3").session);
}

TEST_CASE("whoever sends with a priority tag takes what has lost it, as nobody in a VLAN does",
          "[testbed]") {
  CHECK(path_of("prio").listens_at() == protocol::kAnyDevice);
  CHECK(path_of("vlan3").listens_at() == "eth0.3");
  CHECK(path_of("none").listens_at() == "eth0");
}

TEST_CASE("addresses of IPv6 are told apart by the VLAN as well", "[testbed]") {
  CHECK(path_of("vlan17", {}, packet::Family::ipv6).address_with_prefix(Side::b) ==
        "fd72:6566:11::2/64");
  CHECK(path_of("none", {}, packet::Family::ipv6).address(Side::a) == "fd72:6566:0::1");
}

TEST_CASE("where a bridge takes a tag away, b has another device, and both a subnet of their own",
          "[testbed]") {
  const Traffic traffic{.tag = "vlan3", .tag_at_b = "none"};
  const auto a = path_at(Side::a, traffic), b = path_at(Side::b, traffic);
  CHECK(a.device() == "eth0.3");
  CHECK(b.device() == "eth0");
  CHECK(b.is_bare());
  CHECK(a.address(Side::b) == b.address(Side::b));
  CHECK(a.address_with_prefix(Side::a) == "11.43.6.1/24");
  for (const auto* tag : {"none", "vlan3", "prio", "ad3", "qinq", "pppoe"}) {
    CHECK(path_of(tag).network != a.network);
    CHECK(path_at(Side::b, {.tag = tag, .tag_at_b = tag}).network == path_of(tag).network);
  }
  const Traffic ipv6{.tag = "vlan3", .tag_at_b = "none", .family = packet::Family::ipv6};
  CHECK(path_at(Side::b, ipv6).address(Side::b) == "fd72:6566:2005::2");
  CHECK(path_at(Side::b, {.tag = "vlan3"}).device() == "eth0.3");
}

TEST_CASE("what is no tag is refused", "[testbed]") {
  const auto tag =
      GENERATE("", "vlan", "vlan0", "vlan4095", "vlan-1", "vlan3x", "3", "vlan 3", "ad0", "pppoe7");
  CHECK_THROWS_AS(path_of(tag), base::Error);
}

}  // namespace refrag::testbed
