// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/doctor.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "framework/base/catch.hpp"

using namespace refrag;
using namespace refrag::validate;

namespace {

Check find(const std::vector<Check>& checks, const std::string& what) {
  return *std::ranges::find(checks, what, &Check::what);
}

const auto xen = parse_uri("xen:///system");
const auto bare = host::parse_survey("@survey release\n6.1\n@survey user\n1000\n");

}  // namespace

TEST_CASE("what is missing has a command that mends it", "[validate]") {
  const auto checks = check_host(bare, {}, xen);
  CHECK(exit_code(checks) == 4);
  for (const auto* what : {"rights", "hypervisor", "libvirt", "tools"}) {
    CHECK(find(checks, what).health == Health::missing);
    CHECK_FALSE(find(checks, what).mend.empty());
  }
}

TEST_CASE("a full disk is told from one that the host says nothing of", "[validate]") {
  const auto disk = [](const std::string& said) {
    return find(check_host(host::parse_survey("@survey space\n" + said), {}, xen), "disk").health;
  };
  CHECK(disk("/dev/sda1 900000 899000 1000 99% /\n") == Health::missing);
  CHECK(disk("") == Health::warning);
}

TEST_CASE("what may get in the way is a warning", "[validate]") {
  const auto survey = host::parse_survey(
      "@survey running\ndockerd\n@survey legacy\n:FORWARD DROP [0:0]\n"
      "@survey sysctls\nbridge-nf-call-iptables:1\n");
  host::LeaseState lease{host::Held::abandoned, {}, {}};
  lease.journal.owner = "root@build7";
  const auto checks = check_host(survey, lease, parse_uri("qemu+ssh://root@h/system"));
  for (const auto* what : {"others", "FORWARD policy", "leftovers"}) {
    CHECK(find(checks, what).health == Health::warning);
  }
  CHECK_THAT(find(checks, "br_netfilter").text, Catch::Contains("bridge-nf-call-iptables"));
}

TEST_CASE("a host that has it all is well", "[validate]") {
  const auto survey = host::parse_survey(
      "@survey release\n6.1\n@survey user\n0\n@survey xen\ncontrol_d\n@survey sockets\n/run/x\n"
      "@survey programs\n/sbin/ip\n/usr/sbin/nft\n"
      "@survey space\n/dev/sda1 9 9 900000 1% /\n");
  const auto checks = check_host(survey, {}, xen);
  CHECK(exit_code(checks) == 0);
  CHECK(std::ranges::all_of(checks, [](auto& c) { return c.health == Health::ok; }));
  CHECK(nlohmann::json::parse(json_of(checks)).at("checks").size() == checks.size());
}
