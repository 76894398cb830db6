// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of a wire machine that can be tried on any machine; the rest is tried in one.
#include "framework/base/catch.hpp"
#include "vm-images/agent/offloads.hpp"
#include "vm-images/wire/knobs.hpp"
#include "vm-images/wire/nftables.hpp"
#include "vm-images/wire/verbs.hpp"
#include "vm-images/wire/vlans.hpp"

using namespace refrag;

TEST_CASE("a release gives its two leading numbers", "[wire]") {
  using Version = std::pair<int, int>;
  CHECK(wire::version_of("6.1.0-42-amd64") == Version(6, 1));
  CHECK(wire::version_of("2.6.18-128.el5xen") == Version(2, 6));
  CHECK(wire::version_of("4.10-rc1") == Version(4, 10));
  CHECK(wire::version_of("7") == Version(7, 0));
  CHECK(wire::version_of("") == Version(0, 0));
  CHECK(Version(2, 6) < Version(4, 10));
}

TEST_CASE("only knobs of the bridge can be set, and the answer keeps the sequence", "[wire]") {
  agent::Agent agent;
  protocol::Message request{17, "knobs"};
  request.add("set", "../../kernel/panic=1");
  const auto reply = wire::answer(agent, request);
  CHECK(reply.verb == protocol::kError);
  CHECK(reply.sequence == 17);
  CHECK(reply.text("reason") == "no such knob: ../../kernel/panic");
}

TEST_CASE("files are read and written by path, and what cannot be is left out or named", "[wire]") {
  agent::Agent agent;
  protocol::Message read{1, "read"};
  read.add("path", "/nowhere/at/all");
  read.add("path", "/proc/sys/kernel/ostype");
  const auto said = wire::answer(agent, read);
  REQUIRE(said.fields.size() == 2);
  CHECK(said.text("path") == "/proc/sys/kernel/ostype");
  CHECK(said.text("text") == "Linux\n");

  protocol::Message write{2, "write"};
  for (const char* path : {"/nowhere/at/all", "/dev/null"}) {
    write.add("path", path);
    write.add("text", "1");
  }
  const auto done = wire::answer(agent, write);
  REQUIRE(done.fields.size() == 1);
  CHECK(done.text("path") == "/nowhere/at/all");
}

TEST_CASE("a setting without a value is refused", "[wire]") {
  agent::Agent agent;
  protocol::Message request{1, "knobs"};
  request.add("set", "bridge-nf-call-iptables");
  CHECK(wire::answer(agent, request).text("reason") == "knobs takes set=NAME=VALUE");
}

TEST_CASE("settings that are what they were are told by their state alone", "[wire]") {
  agent::Agent agent;
  protocol::Message request{1, "knobs"};
  const auto all = wire::answer(agent, request);
  request.add("unless", "another");
  CHECK(wire::answer(agent, request) == all);
  request.fields = {{"unless", std::string(all.text("state").value())}};
  const auto same = wire::answer(agent, request);
  REQUIRE(same.fields.size() == 1);
  CHECK(same.fields.front() == all.fields.front());
}

TEST_CASE("counters that are 0 are told or not, as asked", "[wire]") {
  agent::Agent agent;
  protocol::Message request{1, "look"};
  CHECK(wire::answer(agent, request).text("Forward.ip6") == "0");
  request.add("zeros", 0);
  for (const auto& field : wire::answer(agent, request).fields) CHECK(field.value != "0");
}

TEST_CASE("one look tells settings, counters and the kernel log, or what it cannot", "[wire]") {
  agent::Agent agent;
  protocol::Message request{3, "look"};
  request.add("prefix", "Ip.");
  const auto seen = wire::answer(agent, request);
  CHECK(seen.verb == protocol::kOk);
  CHECK(seen.sequence == 3);
  CHECK(seen.text("state"));
  CHECK(seen.text("Ip.ReasmOKs"));
  CHECK_FALSE(seen.text("line"));
  request.add("level", 7);
  CHECK(wire::answer(agent, request).verb == protocol::kError);  // not a log of its own
  request.add("set", "nonsense=1");
  CHECK(wire::answer(agent, request).text("reason") == "no such knob: nonsense");
}

TEST_CASE("a set of rules that nobody knows is refused", "[wire]") {
  CHECK(wire::set_rules("permissive") == "there is no set of rules permissive");
}

TEST_CASE("a set of VLANs that nobody knows is refused, and a bridge that is not there has none",
          "[wire]") {
  const wire::Ports nowhere{"no-bridge", {"no-port", "nor-port"}};
  CHECK(wire::set_vlans(nowhere, "hybrid") == "there is no set of VLANs hybrid");
  CHECK_FALSE(wire::set_vlans(nowhere, "trunk").empty());
  CHECK(wire::vlans_in_force(nowhere).empty());
}

TEST_CASE("devices that are not there have no offloads", "[wire]") {
  CHECK(agent::offloads_in_force({"no-device"}).empty());
  CHECK(agent::offloads_in_force({}).empty());
  CHECK_FALSE(agent::set_offloads({"no-device"}, "0").empty());
}

TEST_CASE("a bridge's knobs that are none in files are told from others by their names", "[wire]") {
  const wire::Ports nowhere{"no-bridge", {"no-port", "nor-port"}};
  CHECK(wire::set_port_knob(nowhere, "mtu", "1500") == std::nullopt);
  CHECK(wire::set_port_knob(nowhere, "br_netfilter-stays", "1") == "");
  CHECK(wire::set_port_knob(nowhere, "vlans", "hybrid") == "there is no set of VLANs hybrid");
  for (const auto& [name, value] : wire::read_port_knobs(nowhere)) {
    CHECK(name.starts_with("br_netfilter"));  // the others are of the bridge and its ports
    CHECK((value == "0" || value == "1"));
  }
}

TEST_CASE("an MTU that is none is refused", "[wire]") {
  for (const auto* mtu : {"", "67", "65536", "1500x", "-1"}) {
    CHECK(wire::set_knob("mtu", mtu) == "an MTU is 68 to 65535 bytes");
  }
}
