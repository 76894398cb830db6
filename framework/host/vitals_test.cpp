// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/vitals.hpp"

#include "framework/base/catch.hpp"

using namespace refrag;
using verdict::Counters;

TEST_CASE("counters are taken out of four kinds of files by one kind of name", "[host]") {
  Counters counters;
  host::add_snmp("Ip: Forwarding ReasmOKs FragFails\nIp: 1 5 2\nIcmp: InMsgs\nIcmp: 3\n", counters);
  host::add_snmp6("Ip6InReceives   9\nIp6ReasmOKs   \t 4\nbroken\n", counters);
  host::add_conntrack_stat("entries  drop invalid\n0000000a  0000000f 00000001\n0000000a 1 0\n",
                           counters);
  host::add_devices(
      "Inter-| Receive | Transmit\n face |bytes\n vif1.0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
      counters);
  CHECK(counters == Counters{{"ReasmOKs", 5},
                             {"FragFails", 2},
                             {"Ip6.ReasmOKs", 4},
                             {"conntrack.drop", 16},
                             {"conntrack.invalid", 1},
                             {"vif1.0.rx_errors", 3},
                             {"vif1.0.rx_drop", 4},
                             {"vif1.0.tx_errors", 11},
                             {"vif1.0.tx_drop", 12}});
}

TEST_CASE("texts that make no sense give no counters", "[host]") {
  Counters counters;
  for (const auto* text : {"", "\n\n", "Ip: \nIp: x y\n", "a:b:c", "drop\nzz\n"}) {
    host::add_snmp(text, counters);
    host::add_snmp6(text, counters);
    host::add_devices(text, counters);
  }
  CHECK(counters.empty());
}

TEST_CASE("only what moved is told, and by how much", "[host]") {
  CHECK(host::moved({{"a", 1}, {"b", 2}}, {{"a", 1}, {"b", 5}, {"c", 1}}) == Counters{{"b", 3}});
}
