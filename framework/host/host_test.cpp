// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
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

TEST_CASE("this machine's own counters can be read", "[host]") {
  host::Shell shell({"sh"});
  CHECK(host::read_counters(shell, base::Deadline::in(base::seconds(20))).at("ReasmOKs") >= 0);
}
