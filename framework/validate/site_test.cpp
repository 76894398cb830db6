// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/site.hpp"

#include <algorithm>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;
using host::ChangeKind;
using validate::choose_site;

namespace {

host::Survey host_with(const std::string& text) { return host::parse_survey(text); }
const auto plain = host_with("@survey modules\nbridge\n");

}  // namespace

TEST_CASE("a site has names, addresses and a VLAN of its own", "[validate]") {
  const auto site = choose_site(plain, "", 0x1a2b3c4d);
  CHECK(site.prefix == "refrag-1a2b3c4d");
  CHECK(site.bridge.size() < 16);  // IFNAMSIZ
  CHECK(site.networks.at("none") != site.networks.at(site.vlan));
  CHECK(site.uuids[0] != site.uuids[1]);
  CHECK(site.uuids[0].size() == 36);
}

TEST_CASE("what the host uses is worked around, whatever the random number", "[validate]") {
  std::string text = "@survey addresses\n";
  for (int i = 0; i < 250; ++i) text += "2: eth0 inet 198.18." + std::to_string(i) + ".1/24\n";
  text += "@survey vlans\n";
  for (int i = 1; i < 3990; ++i) text += "br0 " + std::to_string(i) + "\n";
  const auto crowded = host_with(text);
  for (unsigned random : {0u, 7u, 249u, 511u, 4000000000u}) {
    const auto site = choose_site(crowded, "", random);
    for (const auto& [tag, network] : site.networks) CHECK(crowded.is_free_network(network));
    CHECK(std::stoi(site.vlan.substr(4)) >= 3990);
  }
}

TEST_CASE("a host that has all of the usual range gets guests elsewhere", "[validate]") {
  const auto site =
      choose_site(host_with("@survey addresses\n2: eth0 inet 198.18.0.1/15\n"), "", 7);
  CHECK(site.networks.at("none") == "192.0.2");
  CHECK(site.networks.at(site.vlan) == "198.51.100");
  const auto all = "198.18.0.0/15 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24\n";
  CHECK_THROWS_AS(choose_site(host_with(std::string("@survey routes\n") + all), "", 7),
                  base::Error);
}

TEST_CASE("a host's own bridge is used as it is, if there is one", "[validate]") {
  const auto host = host_with(
      "@survey filtering\nbr0/bridge/vlan_filtering:0\nbr1/bridge/vlan_filtering:1\n"
      "br2/bridge/vlan_filtering:0\n@survey own-addresses\nbr0\nbr1\n"
      "@survey mtus\nbr0/mtu:9000\n");
  const auto site = choose_site(host, "br0", 1);
  CHECK(site.bridge == "br0");
  CHECK(site.mtu == 9000);
  CHECK_FALSE(site.makes_bridge);
  const auto changes = validate::changes_of(site, host);
  CHECK(std::ranges::none_of(changes, [](auto& c) { return c.kind == ChangeKind::link; }));
  CHECK_THROWS_WITH(choose_site(host, "br1", 1), Catch::Contains("filters VLANs"));
  CHECK_THROWS_WITH(choose_site(host, "br2", 1), Catch::Contains("ip link set br2 address"));
  CHECK_THROWS_WITH(choose_site(host, "br7", 1), Catch::Contains("no bridge br7"));
}

TEST_CASE("nothing is toggled where rules have our table's name", "[validate]") {
  CHECK_THROWS_AS(validate::changes_of_toggling(host_with("@survey rules\ntable ip refrag {\n}\n")),
                  base::Error);
  const auto changes =
      validate::changes_of_toggling(host_with("@survey sysctls\nbridge-nf-call-iptables:1\n"));
  CHECK(std::ranges::count(changes, host::Change{ChangeKind::sysctl,
                                                 "net/bridge/bridge-nf-call-iptables", "1"}) == 1);
}
