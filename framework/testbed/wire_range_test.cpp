// SPDX-License-Identifier: GPL-2.0-or-later
// Raw frames through a machine that is played by a thread.
#include "framework/testbed/wire_range.hpp"

#include <csignal>

#include "framework/base/catch.hpp"
#include "framework/testbed/fake_wire_machine.hpp"

using namespace refrag;
using namespace refrag::testbed;
using base::Deadline;

namespace {

[[maybe_unused]] const auto ignored = ::signal(SIGPIPE, SIG_IGN);

Deadline soon() { return Deadline::in(base::seconds(10)); }

WireRange::Shot shot(Side from, std::size_t size) {
  return {from, packet::Bytes(size, static_cast<std::uint8_t>(size))};
}

std::size_t count(const packet::Tap& tap, packet::Way way) {
  return static_cast<std::size_t>(std::ranges::count(tap.frames, way, &packet::Captured::way));
}

}  // namespace

TEST_CASE("what is shot in at one port is seen there and at the other, and nothing else",
          "[wire]") {
  const FakeWireMachine machine;
  WireRange range(machine.address(), soon());
  for (int round = 0; round < 3; ++round) {
    const auto taps =
        range.shoot({shot(Side::a, 60), shot(Side::a, 1514), shot(Side::b, 100)}, soon());
    REQUIRE(taps.ports.size() == 2);
    CHECK(count(taps.ports[0], packet::Way::into_bridge) == 2);
    CHECK(count(taps.ports[0], packet::Way::out_of_bridge) == 1);
    CHECK(count(taps.ports[1], packet::Way::into_bridge) == 1);
    CHECK(count(taps.ports[1], packet::Way::out_of_bridge) == 2);
    CHECK(taps.ports[0].missed == 0);
  }
}

TEST_CASE("more frames than the cards hold go in portions", "[wire]") {
  const FakeWireMachine machine;
  WireRange range(machine.address(), soon());
  const auto taps = range.shoot(std::vector(1000, shot(Side::a, 1000)), soon());
  CHECK(count(taps.ports[1], packet::Way::out_of_bridge) == 1000);
}

TEST_CASE("what does not come out is known without waiting for it", "[wire]") {
  const FakeWireMachine machine([](int, packet::View frame) { return frame.size() < 1000; });
  WireRange range(machine.address(), soon());
  const base::Stopwatch watch;
  const auto taps = range.shoot({shot(Side::a, 1000), shot(Side::a, 60)}, soon());
  CHECK(count(taps.ports[1], packet::Way::out_of_bridge) == 1);
  CHECK(watch.seconds() < 5);
}

TEST_CASE("a bridge that carries nothing any more is lost, and so is a machine that ends",
          "[wire]") {
  FakeWireMachine machine;
  WireRange range(machine.address(), soon());
  machine.ends = true;
  CHECK_THROWS_AS(
      [&] {
        for (;;) range.shoot({shot(Side::a, 60)}, soon());
      }(),
      Lost);
}
