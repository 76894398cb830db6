// SPDX-License-Identifier: GPL-2.0-or-later
// The program at the host's ports is played by a script.
#include "framework/testbed/port_knobs.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

namespace refrag::testbed {

namespace {

base::Deadline soon() { return base::Deadline::in(base::seconds(10)); }

constexpr auto program = R"(#!/bin/sh
echo ready; read time; echo time 1000
name=none
vlans=0
p=/sys/class/net/vif1.0/brport/bridge
files="/proc/sys/net/bridge/bridge-nf-call-iptables:1
$p/bridge/nf_call_iptables:0
$p/mtu:9000
/sys/class/net/vif1.0/mtu:9000
/sys/class/net/vif2.0/mtu:1500
/proc/net/snmp:Ip: Forwarding ReasmOKs
/proc/net/snmp:Ip: 2 17
"
while read word new value; do
  case $word-$new in
    write-*/nf_call_iptables) echo "failed $new: Permission denied" ;;
    write-*|set-offloads) echo written ;;
    set-vlans) vlans=$value; echo written ;;
    set-*) echo failed no such knob: $new ;;
    knobs-*) printf 'knobs %d\nbr_netfilter 1\nvlans %s\n' $((22 + ${#vlans})) $vlans ;;
    files-*) printf 'files %d\n%s' ${#files} "$files" ;;
    log-*) printf 'log 6\nsaid: ' ;;
    judge-*) echo judged 1 1 0 0 0 0 ;;
    rules-nonsense) echo failed there is no set of rules ;;
    rules-*) name=${new:-$name}; echo rules $name 5 6 0 ;;
  esac
done
)";

struct FakeHost {
  base::TempDir folder{"ports"};
  PortTaps ports;
  PortKnobs knobs{ports, {"vif1.0", "vif2.0"}};

  FakeHost() : ports({"sh"}, {"vif1.0", "vif2.0"}, made()) {}

 private:
  std::string made() {
    base::write_file(folder.path() / "taps", program, 0755);
    return folder.path() / "taps";
  }
};

}  // namespace

TEST_CASE("settings, counters and the rules' own are read together, the least MTU counts",
          "[testbed]") {
  FakeHost host;
  host.knobs.read(soon());
  host.ports.begin(soon());
  host.ports.ask(1500, {}, soon());
  const auto seen = host.knobs.read(soon());
  CHECK(seen.state.knobs == verdict::Knobs{{"br_netfilter", "1"},
                                           {"bridge-nf-call-iptables", "1"},
                                           {"conntrack-rule", "absent"},
                                           {"mtu", "1500"},
                                           {"nf_call_iptables", "0"},
                                           {"rules", "none"},
                                           {"vlans", "0"}});
  CHECK(seen.state.counters.at("ReasmOKs") == 17);
  CHECK(seen.state.counters.at("Forward.ip6") == 6);
  CHECK(seen.said == "said: ");
  CHECK(host.ports.answer(soon()).is_clean);
}

TEST_CASE("only what differs is set, and what cannot be is an error", "[testbed]") {
  FakeHost host;
  host.knobs.read(soon());
  const auto set = [&](const verdict::Knobs& knobs) {
    return host.knobs.set(knobs, soon()).state.knobs;
  };
  CHECK(set({{"rules", "notrack"}, {"bridge-nf-call-iptables", "1"}}).at("rules") == "notrack");
  CHECK(set({{"conntrack-rule", "present"}}).at("conntrack-rule") == "present");
  CHECK_THROWS_AS(host.knobs.set({{"rules", "nonsense"}}, soon()), base::Error);
  CHECK_THROWS_WITH(host.knobs.set({{"nf_call_iptables", "1"}}, soon()),
                    Catch::Contains("nf_call_iptables: Permission denied"));
  CHECK(host.knobs.read(soon()).state.knobs.at("rules") == "conntrack");
}

TEST_CASE("what is no file is set and read by its name", "[testbed]") {
  FakeHost host;
  host.knobs.read(soon());
  const auto seen = host.knobs.set({{"vlans", "mixed"}, {"offloads", "0"}}, soon());
  CHECK(seen.state.knobs.at("vlans") == "mixed");
  CHECK(seen.state.has({{"vlans", "mixed"}}));
  CHECK_FALSE(seen.state.has({{"offloads", "0"}}));  // it took that, and says nothing of it
  CHECK_THROWS_WITH(host.knobs.set({{"br_netfilter", "0"}}, soon()),
                    Catch::Contains("no such knob: br_netfilter"));
  CHECK(host.knobs.read(soon()).state.knobs.at("vlans") == "mixed");
}

}  // namespace refrag::testbed
