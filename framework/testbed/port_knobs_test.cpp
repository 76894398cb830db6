// SPDX-License-Identifier: GPL-2.0-or-later
// The host is played by a shell whose grep says what a host's would, the program at its ports by a
// script.
#include "framework/testbed/port_knobs.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

namespace refrag::testbed {

namespace {

base::Deadline soon() { return base::Deadline::in(base::seconds(10)); }

constexpr auto files = R"(#!/bin/sh
p=/sys/class/net/vif1.0/brport/bridge
echo /proc/sys/net/bridge/bridge-nf-call-iptables:1
echo $p/bridge/nf_call_iptables:0
echo $p/mtu:9000
echo /sys/class/net/vif1.0/mtu:9000
echo /sys/class/net/vif2.0/mtu:1500
echo '/proc/net/snmp:Ip: Forwarding ReasmOKs'
echo '/proc/net/snmp:Ip: 2 17'
)";
constexpr auto taps = R"(#!/bin/sh
echo ready; read time; echo time 1000
name=none
while read word new; do
  case $new in nonsense) echo failed there is no set of rules; continue ;; ?*) name=$new ;; esac
  echo rules $name 5 6 0
done
)";

struct FakeHost {
  base::TempDir folder{"ports"};
  host::Shell shell;
  PortTaps ports;
  PortKnobs knobs{shell, ports, {"vif1.0", "vif2.0"}};

  FakeHost()
      : shell({"env", "PATH=" + made() + ":/usr/bin:/bin", "sh"}),
        ports({"sh"}, {"vif1.0", "vif2.0"}, folder.path() / "taps") {}

 private:
  std::string made() {
    base::write_file(folder.path() / "grep", files, 0755);
    base::write_file(folder.path() / "taps", taps, 0755);
    return folder.path().string();
  }
};

}  // namespace

TEST_CASE("settings, counters and the rules' own are read together, the least MTU counts",
          "[testbed]") {
  FakeHost host;
  const auto seen = host.knobs.read("echo said: 'a: b'; echo more", soon());
  CHECK(seen.state.knobs == verdict::Knobs{{"bridge-nf-call-iptables", "1"},
                                           {"mtu", "1500"},
                                           {"nf_call_iptables", "0"},
                                           {"rules", "none"}});
  CHECK(seen.state.counters.at("ReasmOKs") == 17);
  CHECK(seen.state.counters.at("Forward.ip6") == 6);
  CHECK(seen.said == "said: a: b\nmore");
}

TEST_CASE("only what differs is set, and what cannot be is an error", "[testbed]") {
  FakeHost host;
  host.knobs.read({}, soon());
  const auto state =
      host.knobs.set({{"rules", "notrack"}, {"bridge-nf-call-iptables", "1"}}, soon());
  CHECK(state.knobs.at("rules") == "notrack");
  CHECK_THROWS_AS(host.knobs.set({{"rules", "nonsense"}}, soon()), base::Error);
  CHECK_THROWS_AS(host.knobs.set({{"nf_call_iptables", "1"}}, soon()), base::Error);
}

}  // namespace refrag::testbed
