// SPDX-License-Identifier: GPL-2.0-or-later
// The testbed on a wire against a machine that is played by a thread.
#include "framework/testbed/wire.hpp"

#include <csignal>
#include <fstream>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/testbed/fake_wire_machine.hpp"

using namespace refrag;
using namespace refrag::testbed;
using base::Deadline;
using base::milliseconds;
using base::seconds;

namespace {

const Traffic traffic{.tag = "vlan3", .from = Side::b, .sizes = {0, 1472, 1473, 20000}};

// As every program of ours does (base/stop.hpp).
[[maybe_unused]] const auto ignored = ::signal(SIGPIPE, SIG_IGN);

Deadline soon() { return Deadline::in(seconds(10)); }

}  // namespace

TEST_CASE("a sweep crosses the machine from either side, tagged and untagged", "[wire]") {
  const FakeWireMachine machine;
  const auto bed = attach_wire(machine.address(), soon());
  for (const auto* tag : {"none", "vlan3"}) {
    for (const auto side : {Side::a, Side::b}) {
      const Traffic each{.tag = tag, .from = side, .sizes = {0, 1472, 1473, 65507}};
      REQUIRE(bed->warm(each, soon()).empty());
      const auto evidence = bed->sweep(each, soon());
      REQUIRE(evidence.size() == 4);
      for (const auto& echo : evidence) {
        CHECK(echo.good == 3);
        CHECK(echo.seen_by_peer == 3);
        CHECK(echo.settled);
      }
    }
  }
}

TEST_CASE("what is lost is settled at once", "[wire]") {
  const FakeWireMachine machine(
      [](int card, packet::View frame) { return card == 0 || frame.size() < 1200; });
  const auto bed = attach_wire(machine.address(), soon());
  REQUIRE(bed->warm(traffic, soon()).empty());
  const base::Stopwatch watch;
  const auto evidence = bed->sweep(traffic, soon());
  CHECK(watch.seconds() < 1);
  CHECK(evidence[0].good == 3);
  CHECK(evidence[1].lost() == 3);
  CHECK(evidence[1].seen_by_peer == 0);
  CHECK(evidence[1].settled);
}

TEST_CASE("knobs are set, read, and put back at the end", "[wire]") {
  FakeWireMachine machine;
  {
    const auto bed = attach_wire(machine.address(), soon());
    const auto state = bed->set_knobs({{"bridge-nf-call-iptables", "1"}}, soon());
    CHECK(state.knobs == verdict::Knobs{{"bridge-nf-call-iptables", "1"}});
    CHECK(state.counters == verdict::Counters{{"ReasmFails", 0}, {"ReasmOKs", 7}});
    const auto after = bed->aftermath(soon());
    CHECK(after.host == state);
    CHECK(after.kernel_messages ==
          std::vector<std::string>{"host: <4>[1.0] up to 4", "host: <4>[1.0] up to 7"});
  }
  CHECK(attach_wire(machine.address(), soon())->aftermath(soon()).host.knobs ==
        verdict::Knobs{{"bridge-nf-call-iptables", "0"}});
}

TEST_CASE("a testbed can be attached to again and again", "[wire]") {
  const FakeWireMachine machine;
  for (int i = 0; i < 5; ++i) {
    const auto bed = attach_wire(machine.address(), soon());
    REQUIRE(bed->warm(traffic, soon()).empty());
    CHECK(bed->sweep(traffic, soon())[3].good == 3);
  }
}

TEST_CASE("a bridge that forwards nothing is not ready", "[wire]") {
  const FakeWireMachine machine([](int, packet::View) { return false; });
  const auto bed = attach_wire(machine.address(), soon());
  CHECK(bed->warm(traffic, Deadline::in(milliseconds(300))) ==
        "11.11.4.1 does not answer ARP through the bridge");
}

TEST_CASE("a machine that floods its cards disturbs no sweep", "[wire]") {
  FakeWireMachine machine;
  const auto bed = attach_wire(machine.address(), soon());
  machine.flood = GENERATE(60, 1514, 60000);
  REQUIRE(bed->warm(traffic, soon()).empty());
  for (const auto& echo : bed->sweep(traffic, soon())) CHECK(echo.good == 3);
  machine.flood = 0;
}

TEST_CASE("a machine that ends is lost, and its console says how", "[wire]") {
  FakeWireMachine machine;
  const auto bed = attach_wire(machine.address(), soon());
  REQUIRE(bed->warm(traffic, soon()).empty());
  auto expected = verdict::Outcome::broken;
  SECTION("it panicked") {
    std::ofstream(machine.path("console"), std::ios::app)
        << "[9.1] Kernel panic - not syncing: test\n";
    expected = verdict::Outcome::crashed;
  }
  SECTION("nobody knows why") {}
  machine.ends = true;
  try {
    for (;;) bed->sweep(traffic, soon());
  } catch (const Lost& lost) {
    CHECK(lost.how() == expected);
    CHECK(lost.console_tail().starts_with("booted\n"));
  }
}

TEST_CASE("a machine that stops answering hangs", "[wire]") {
  FakeWireMachine machine;
  const auto bed = attach_wire(machine.address(), soon());
  machine.answers = false;
  try {
    bed->aftermath(Deadline::in(milliseconds(200)));
    FAIL("it answered");
  } catch (const Lost& lost) {
    CHECK(lost.how() == verdict::Outcome::hung);
    CHECK_THAT(lost.what(), Catch::Contains("did not answer"));
  }
  machine.answers = true;  // or putting the knobs back takes its time
}
