// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/survey.hpp"

#include "framework/base/catch.hpp"

using namespace refrag;

namespace {
const auto typical = host::parse_survey(R"(@survey release
6.1.0-56-amd64
@survey sysctls
bridge-nf-call-iptables:1
bridge-nf-filter-vlan-tagged:0
@survey bridges
docker0/bridge/nf_call_iptables:0
virbr7/bridge/nf_call_iptables:1
@survey modules
bridge
br_netfilter
@survey addresses
2: eth0    inet 198.18.4.1/24 brd 198.18.4.255 scope global eth0
@survey routes
198.18.9.0/24 via 10.0.0.1 dev eth0
@survey vlans
VLAN Dev name    | VLAN ID
eth0.3         | 3  | eth0
virbr7  1 PVID Egress Untagged
        100-102
@survey rules
table ip filter {
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
		ct state related,established accept
		ip saddr 198.19.0.0/16 drop
	}
}
@survey running
dockerd
)");
}  // namespace

TEST_CASE("a survey tells what decides about fragments", "[host]") {
  CHECK(typical.release() == "6.1.0-56-amd64");
  CHECK(typical.bridge_sysctls().at("bridge-nf-call-iptables") == "1");
  CHECK(typical.hooked_bridges() == std::set<std::string>{"virbr7"});
  CHECK(typical.tracks_connections());
  CHECK(typical.drops_forwarded());
  CHECK(typical.meddlers() == std::vector<std::string>{"dockerd"});
  CHECK(typical.loaded_modules() == "bridge br_netfilter");
}

TEST_CASE("a kernel is known by the version that was built, where it says so", "[host]") {
  const auto version = [](const std::string& said) {
    return host::parse_survey("@survey release\n6.1.0-56-amd64\n@survey version\n" + said + "\n")
        .kernel_version();
  };
  CHECK(version("#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-10-03)") == "6.1.192-1");
  CHECK(version("Ubuntu 5.15.0-91.101-generic 5.15.131") == "5.15.131");
  CHECK(version("#1 SMP Wed Jan 17 08:12:31 UTC 2024") == "6.1.0-56-amd64");
  CHECK(version("") == "6.1.0-56-amd64");
}

TEST_CASE("what the host has is not free", "[host]") {
  CHECK(typical.vlans_in_use().contains(3));
  CHECK(typical.vlans_in_use().contains(102));
  CHECK_FALSE(typical.vlans_in_use().contains(7));
  CHECK_FALSE(typical.is_free_network("198.18.4"));  // an address
  CHECK_FALSE(typical.is_free_network("198.18.9"));  // a route
  CHECK_FALSE(typical.is_free_network("198.19.0"));  // a rule
  CHECK(typical.is_free_network("198.18.5"));
}

TEST_CASE("a network is not free when the host has a wider one around it", "[host]") {
  const auto has = [](const std::string& words) {
    return host::parse_survey("@survey routes\n" + words + "\n");
  };
  for (const auto* words :
       {"198.18.0.0/15 via 10.0.0.1", "-d 198.18.0.0/255.254.0.0", "198.18.3.9-198.18.5.1",
        "198.18.4.1/22", "198.18.5.77", "{ 10.0.0.0/8, 198.18.5.0/30 }"}) {
    INFO(words);
    CHECK_FALSE(has(words).is_free_network("198.18.5"));
  }
  for (const auto* words : {"0.0.0.0/0 via 10.0.0.1", "128.0.0.0/1", "198.18.4.0/24", "1.198.18.5",
                            "999.18.5.1", "198.18.5.1/77", "198.18.6.0-198.18.9.255"}) {
    INFO(words);
    CHECK(has(words).is_free_network("198.18.5"));
  }
}

TEST_CASE("a host that says nothing has nothing", "[host]") {
  const auto silent = host::parse_survey("");
  CHECK(silent.release().empty());
  CHECK_FALSE(silent.has_br_netfilter());
  CHECK_FALSE(silent.tracks_connections());
  CHECK_FALSE(silent.drops_forwarded());
}

TEST_CASE("a section is told once, and what is in it is made printable", "[host]") {
  const auto hostile = host::parse_survey(
      "@survey release\n6.1\x1b[2J<b>\n@survey release\n7.0\n@survey nonsense\nx\n");
  CHECK(hostile.lines("release").front() == "6.1?[2J<b>");
  CHECK(hostile.sections.size() == 1);
}

TEST_CASE("this machine can be surveyed", "[host]") {
  host::Shell shell({"sh"});
  const auto here = host::survey(shell, base::Deadline::in(base::seconds(30)));
  CHECK_FALSE(here.release().empty());
  CHECK(here.has("links"));
}
