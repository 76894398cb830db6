// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/host/counters.hpp"
#include "framework/host/knobs.hpp"

using namespace refrag;

TEST_CASE("counters are read by name, whatever their order", "[host]") {
  const auto counters = host::parse_snmp(
      "Ip: Forwarding ReasmOKs FragCreates\nIp: 1 16 128\n"
      "Icmp: InMsgs\nIcmp: 5\n");
  CHECK(counters.at("ReasmOKs") == 16);
  CHECK(counters.at("FragCreates") == 128);
  CHECK_FALSE(counters.contains("InMsgs"));
}

TEST_CASE("counters that are not there are an error and not zero", "[host]") {
  CHECK_THROWS_AS(host::parse_snmp(""), base::Error);
  CHECK_THROWS_AS(host::parse_snmp("Ip: Forwarding\nIp: 1\n"), base::Error);
  CHECK_THROWS_AS(host::parse_snmp("Ip: ReasmOKs\nIp: x\n"), base::Error);
}

namespace {

// A host without br_netfilter of its own: what the scripts call is played by shell functions.
host::Shell played_host(const std::string& functions) {
  return host::Shell({"sh", "-c", "cd() { :; }; " + functions + "; . /dev/stdin"});
}

const std::string sysctls_and_counters =
    "grep() { printf '%s\\n' bridge-nf-call-iptables:1 bridge-nf-filter-vlan-tagged:0 "
    "'/proc/net/snmp:Ip: Forwarding ReasmOKs' '/proc/net/snmp:Ip: 1 16'; }; ";

base::Deadline soon() { return base::Deadline::in(base::seconds(20)); }

}  // namespace

TEST_CASE("knobs, counters and whatever else is asked for come in one answer", "[host]") {
  auto shell = played_host(sysctls_and_counters + "nft() { sleep 0.1; }");
  const auto reading =
      host::HostKnobs(shell).read("printf 'one\\nconntrack-rule:absent\\ntwo'", soon());
  CHECK(reading.state.knobs == verdict::Knobs{{"bridge-nf-call-iptables", "1"},
                                              {"bridge-nf-filter-vlan-tagged", "0"},
                                              {"conntrack-rule", "present"}});
  CHECK(reading.state.counters.at("ReasmOKs") == 16);
  CHECK(reading.said == "one\nconntrack-rule:absent\ntwo");
}

TEST_CASE("a rule that is not there is absent, and nothing said is nothing", "[host]") {
  auto shell = played_host(sysctls_and_counters + "nft() { return 1; }");
  const auto reading = host::HostKnobs(shell).read("", soon());
  CHECK(reading.state.knobs.at("conntrack-rule") == "absent");
  CHECK(reading.said.empty());
}

TEST_CASE("a host that does not tell a knob is an error", "[host]") {
  auto shell = played_host("grep() { echo bridge-nf-call-iptables:1; }; nft() { :; }");
  CHECK_THROWS_WITH(host::HostKnobs(shell).read("", soon()),
                    Catch::Contains("bridge-nf-filter-vlan-tagged"));
}

namespace {

// Counts how often it lists its rules, and has as many users of nft_ct as $users says.
std::string listing_host(const base::TempDir& folder) {
  return fmt::format(
      "cd {}; cd() {{ :; }}; echo 1 > users; nft() {{ echo >> listings; }}; "
      "grep() {{ printf '%s\\n' bridge-nf-call-iptables:1 bridge-nf-filter-vlan-tagged:0 "
      "'/proc/net/snmp:Ip: ReasmOKs' '/proc/net/snmp:Ip: 16' "
      "\"/proc/modules:nft_ct 24576 $(cat users) - Live 0x0\"; }}; ",
      folder.path().string());
}

}  // namespace

TEST_CASE("a rule is there when the kernel has echoed it, or lists it", "[host]") {
  const verdict::Knobs wanted = {{"conntrack-rule", "present"}};
  const auto set_on = [&](const std::string& nft) {
    const std::string has_bridge = "alias [=true; ";
    auto shell = played_host(has_bridge + sysctls_and_counters + "nft() { " + nft + "; }");
    return host::HostKnobs(shell).set(wanted, soon()).knobs.at("conntrack-rule");
  };
  CHECK(set_on("echo add chain ip refrag forward; "
               "echo add rule ip refrag forward ct state new counter packets 0 bytes 0 accept") ==
        "present");
  CHECK(set_on("echo add table ip refrag") == "present");
  CHECK(set_on("case $1 in list) return 1 ;; esac; echo add table ip refrag") == "absent");
}

TEST_CASE("rules are listed again only when something else uses connection tracking", "[host]") {
  const base::TempDir folder("knobs");
  host::Shell shell({"sh", "-c", listing_host(folder) + ". /dev/stdin"});
  host::HostKnobs knobs(shell);
  const auto listings = [&] { return base::read_file(folder.path() / "listings").size(); };
  CHECK(knobs.read("printf one", soon()).said == "one");
  CHECK(listings() == 1);
  const auto again = knobs.read("printf two", soon());
  CHECK(again.said == "two");
  CHECK(again.state.knobs.at("conntrack-rule") == "present");
  CHECK(listings() == 1);
  base::write_file(folder.path() / "users", "0");
  CHECK(knobs.read("printf three", soon()).said == "three");
  CHECK(listings() == 2);
}
