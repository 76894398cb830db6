// SPDX-License-Identifier: GPL-2.0-or-later
// Two endpoints and a bridge in memory that does to frames what kernels have done, with a clock of
// its own: the evidence has to tell each of them from the others.
#include "framework/testbed/wire_sweep.hpp"

#include <deque>
#include <functional>

#include <fmt/format.h>

#include "framework/base/catch.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/testbed/wire_warm.hpp"

using namespace refrag;
using namespace refrag::testbed;
using namespace std::chrono_literals;
using packet::Bytes;
using packet::View;
using protocol::SweepEnd;
using verdict::EchoEvidence;

namespace {

// What becomes of a frame: the frames that leave for it.
using Fate = std::function<std::vector<Bytes>(Bytes)>;

std::vector<Bytes> pass(Bytes frame) { return {std::move(frame)}; }

struct World {
  struct Passing {
    WireEndpoint* to;
    Bytes frame;
    WireEndpoint::Time at;
  };

  World() { configure(std::nullopt); }

  void configure(std::optional<int> vlan) {
    const auto wrapping = vlan ? wrapping_of(fmt::format("vlan{}", *vlan)) : Wrapping();
    a.configure({packet::ipv4(10, 0, 0, 1), wrapping, mtu});
    b.configure({packet::ipv4(10, 0, 0, 2), wrapping, mtu});
  }

  bool send(WireEndpoint& to, const Fate& fate, View frame) {
    for (auto& each : fate(Bytes(frame.begin(), frame.end()))) {
      cable.push_back({&to, std::move(each), now + delay});
    }
    most_in_flight = std::max(most_in_flight, cable.size());
    return true;
  }

  void deliver() {
    while (!cable.empty() && cable.front().at <= now) {
      const auto passing = std::move(cable.front());
      cable.pop_front();
      passing.to->take(passing.frame, now);
    }
  }

  // A millisecond at a time.
  void run(const std::function<bool(WireEndpoint::Time)>& step, std::chrono::seconds most = 30s) {
    const auto until = now + most;
    while (!step(now) && now < until) {
      now += 1ms;
      deliver();
    }
  }

  bool warm() {
    WireWarm warm(a, b.interface().address, 99);
    run([&](auto at) { return warm.step(at); }, 5s);
    return warm.problem().empty();
  }

  std::vector<EchoEvidence> sweep(std::vector<int> sizes, bool dont_fragment = false) {
    REQUIRE(warm());
    const auto start = now;
    WireSweep sweep({.to = b.interface().address,
                     .sizes = std::move(sizes),
                     .dont_fragment = dont_fragment,
                     .ident = 7,
                     .seed = 1234,
                     .window = window},
                    a, b, now, now + 20s);
    run([&](auto at) { return sweep.step(at); });
    took = now - start;
    end = sweep.end();
    return sweep.evidence();
  }

  int mtu = 1500;
  std::size_t window = 256;
  Fate ab = pass;
  Fate ba = pass;
  WireEndpoint::Time now{1h};
  std::chrono::milliseconds delay{2};
  std::deque<Passing> cable;
  std::size_t most_in_flight = 0;
  WireEndpoint::Time::duration took{};
  SweepEnd end{};
  WireEndpoint a{packet::Mac{{2, 0, 0, 0, 0, 1}}, [this](View f) { return send(b, ab, f); }};
  WireEndpoint b{packet::Mac{{2, 0, 0, 0, 0, 2}}, [this](View f) { return send(a, ba, f); }};
};

const std::vector<int> all_sizes = {0,    56,   1400, 1471, 1472, 1473, 1476,
                                    1477, 2000, 2952, 2953, 8000, 65507};

bool is_good(const EchoEvidence& echo) {
  return echo == EchoEvidence{.size = echo.size,
                              .sent = 3,
                              .good = 3,
                              .seen_by_peer = 3,
                              .settled = true,
                              .rtt_max_us = echo.rtt_max_us,
                              .outgrown = echo.outgrown};
}

// Of IPv4 frames of ours: the IP packet in it.
std::optional<packet::Ipv4Packet> ip_of(const Bytes& frame) {
  const auto ethernet = packet::parse_ethernet(frame);
  if (!ethernet || ethernet->header.type != packet::ether_type::ipv4) return std::nullopt;
  return packet::parse_ipv4(ethernet->payload);
}

// The founding bug: fragments of tagged frames are put together and not cut again; what is then
// longer than the MTU and four bytes more is dropped.
struct VlanNotRefragmented {
  packet::Reassembler reassembler;

  std::vector<Bytes> operator()(Bytes frame) {
    const auto ethernet = packet::parse_ethernet(frame);
    const auto ip = ip_of(frame);
    if (!ip || !ethernet->header.tag || !ip->header.is_fragment()) return {frame};
    const auto whole = reassembler.add(*ip, {});
    if (!whole || whole->payload.size() + 20 > 1504) return {};
    Bytes left;
    packet::append_ethernet(left, ethernet->header);
    packet::append_ipv4(left, whole->header, whole->payload.size());
    packet::append(left, whole->payload);
    return {left};
  }
};

}  // namespace

TEST_CASE("over a transparent bridge every echo is good and nothing else is noted", "[wire]") {
  World world;
  for (const auto vlan : {std::optional<int>{}, std::optional(3), std::optional(4094)}) {
    world.configure(vlan);
    const auto evidence = world.sweep(all_sizes);
    REQUIRE(evidence.size() == all_sizes.size());
    for (const auto& echo : evidence) CHECK(is_good(echo));
    CHECK(world.end == SweepEnd::answered);
  }
  CHECK(world.a.notes() == WireNotes{});
  CHECK(world.b.notes() == WireNotes{});
}

TEST_CASE("the founding bug shows to the byte, and costs little time", "[wire]") {
  World world;
  world.ab = VlanNotRefragmented{};
  world.ba = VlanNotRefragmented{};
  world.configure(3);
  for (const auto& echo : world.sweep(all_sizes)) {
    if (echo.size < 1477) {
      CHECK(is_good(echo));
      CHECK(echo.outgrown == (echo.size > 1472 ? 6 : 0));  // requests and replies
    } else {
      CHECK(echo == EchoEvidence{.size = echo.size, .sent = 3, .seen_by_peer = 0, .settled = true});
    }
  }
  CHECK(world.end == SweepEnd::settled);
  CHECK(world.took < 100ms);
  CHECK(world.b.notes().too_long == 6);  // 1473 and 1476 arrive in one frame each
  CHECK(texts(world.b.take_notes()) ==
        std::vector<std::string>{"6 frames longer than the MTU allows"});
  world.configure(std::nullopt);
  for (const auto& echo : world.sweep(all_sizes)) CHECK(is_good(echo));
}

TEST_CASE("a loss on the way back is told from one on the way there", "[wire]") {
  World world;
  world.ba = [](Bytes frame) { return frame.size() > 1400 ? std::vector<Bytes>{} : pass(frame); };
  const auto evidence = world.sweep({56, 1450});
  CHECK(is_good(evidence[0]));
  CHECK(evidence[1].lost() == 3);
  CHECK(evidence[1].seen_by_peer == 3);
  CHECK(evidence[1].settled);
}

TEST_CASE("one altered byte is found, and where", "[wire]") {
  World world;
  const auto alter = [](Bytes frame) {
    if (frame.size() > 1300) frame[1200] ^= 1;
    return pass(frame);
  };
  SECTION("on the way there") {
    world.ab = alter;
    const auto evidence = world.sweep({56, 1400, 2000});
    CHECK(is_good(evidence[0]));
    CHECK(evidence[1].wrong_payload == 3);
    CHECK(evidence[1].seen_wrong == 3);
    CHECK(evidence[2].wrong_payload == 3);
  }
  SECTION("on the way back") {
    world.ba = alter;
    const auto evidence = world.sweep({1400});
    CHECK(evidence[0].wrong_payload == 3);
    CHECK(evidence[0].seen_wrong == 0);
  }
}

TEST_CASE("a datagram that loses its end and says so in its header is of wrong length", "[wire]") {
  World world;
  world.ab = [](Bytes frame) {
    const auto ip = ip_of(frame);
    if (!ip || ip->payload.size() < 1000) return pass(frame);
    Bytes shorter;
    packet::append_ethernet(shorter, packet::parse_ethernet(frame)->header);
    const auto echo = packet::parse_echo(ip->payload);
    const auto message = packet::echo_message(
        {echo->kind, echo->ident, echo->sequence, echo->payload.first(echo->payload.size() - 1)});
    packet::append_ipv4(shorter, ip->header, message.size());
    packet::append(shorter, message);
    return pass(shorter);
  };
  const auto evidence = world.sweep({56, 1400});
  CHECK(is_good(evidence[0]));
  CHECK(evidence[1].wrong_length == 3);
  CHECK(evidence[1].seen_wrong == 3);
}

TEST_CASE("a frame is taken as far as PPPoE's length says, and not where that says more",
          "[wire]") {
  World world;
  for (auto* end : {&world.a, &world.b}) {
    auto interface = end->interface();
    interface.wrapping = wrapping_of("pppoe");
    end->configure(interface);
  }
  world.a.know(world.b.interface().address, world.b.mac());
  int more = 0;
  world.ab = [&](Bytes frame) {
    constexpr std::size_t length = 18;
    if (frame.size() < 1000) return pass(frame);
    const auto said = packet::load16(frame, length) + more;
    frame[length] = static_cast<std::uint8_t>(said >> 8);
    frame[length + 1] = static_cast<std::uint8_t>(said);
    frame.resize(frame.size() + 4);
    return pass(frame);
  };
  const auto seen = [&](int announced) {
    more = announced;
    return world.sweep({1400})[0].seen_by_peer;
  };
  CHECK(seen(0) == 3);
  CHECK(seen(4) == 3);
  CHECK(seen(-1) == 0);
  CHECK(seen(5) == 0);
}

TEST_CASE("copies are counted, of frames and of whole datagrams", "[wire]") {
  World world;
  SECTION("every frame twice") {
    world.ab = [](Bytes frame) { return std::vector<Bytes>{frame, frame}; };
    for (const auto& echo : world.sweep({56, 2000})) {
      CHECK(echo.good == 3);
      CHECK(echo.duplicates >= 3);
    }
  }
  SECTION("replies twice") {
    world.ba = [](Bytes frame) { return std::vector<Bytes>{frame, frame}; };
    const auto evidence = world.sweep({56});
    CHECK(evidence[0].good == 3);
    CHECK(evidence[0].duplicates == 3);
  }
}

TEST_CASE("frames that lose their tag do not arrive", "[wire]") {
  World world;
  world.configure(3);
  world.ab = [](Bytes frame) {
    const auto ip = ip_of(frame);
    if (ip && ip->header.is_fragment()) frame.erase(frame.begin() + 12, frame.begin() + 16);
    return pass(frame);
  };
  const auto evidence = world.sweep({1472, 1473});
  CHECK(is_good(evidence[0]));
  CHECK(evidence[1].lost() == 3);
  CHECK(evidence[1].seen_by_peer == 0);
  CHECK(world.b.notes().other_vlan == 6);
}

TEST_CASE("reordered frames are no loss", "[wire]") {
  World world;
  std::optional<Bytes> held;
  world.ab = [&](Bytes frame) -> std::vector<Bytes> {
    if (frame.size() < 1400) return {frame};
    if (!held) {
      held = frame;
      return {};
    }
    auto first = std::exchange(held, std::nullopt);
    return {frame, *first};
  };
  for (const auto& echo : world.sweep({2952, 2900})) CHECK(is_good(echo));
}

TEST_CASE("a link that dies in the middle settles nothing", "[wire]") {
  World world;
  int left = 40;
  world.ab = [&](Bytes frame) { return left-- > 0 ? pass(frame) : std::vector<Bytes>{}; };
  const auto evidence = world.sweep(all_sizes);
  CHECK(world.end == SweepEnd::quiet);
  for (const auto& echo : evidence) CHECK_FALSE(echo.settled);
  CHECK(world.took < 6s);
}

TEST_CASE("a slow machine loses nothing", "[wire]") {
  World world;
  world.delay = 900ms;
  for (const auto& echo : world.sweep(all_sizes)) CHECK(is_good(echo));
}

TEST_CASE("half of everything lost at random is counted exactly", "[wire]") {
  World world;
  unsigned state = 1;
  int dropped = 0;
  world.ab = [&](Bytes frame) -> std::vector<Bytes> {
    state = state * 1664525 + 1013904223;
    if (frame.size() < 150 || state >> 31) return {frame};
    ++dropped;
    return {};
  };
  int lost = 0, seen = 0, sent = 0;
  for (const auto& echo : world.sweep({200, 300, 400, 500, 600, 700, 800, 900, 1000})) {
    lost += echo.lost();
    seen += *echo.seen_by_peer;
    sent += echo.sent;
    CHECK(echo.settled);
  }
  CHECK(sent == 27);
  CHECK(lost == dropped);
  CHECK(seen == sent - dropped);
}

TEST_CASE("a sweep of many sizes stays within its window, also when half is lost", "[wire]") {
  World world;
  std::vector<int> sizes;
  for (int size = 1400; size < 3400; size += 10) sizes.push_back(size);
  SECTION("none lost") {
    for (const auto& echo : world.sweep(sizes)) CHECK(is_good(echo));
  }
  SECTION("none lost, over cards with few buffers") {
    world.window = 48;
    for (const auto& echo : world.sweep(sizes)) CHECK(is_good(echo));
  }
  SECTION("everything fragmented lost") {
    world.ab = [](Bytes frame) {
      const auto ip = ip_of(frame);
      return ip && ip->header.is_fragment() ? std::vector<Bytes>{} : pass(frame);
    };
    for (const auto& echo : world.sweep(sizes)) CHECK(echo.lost() == (echo.size > 1472 ? 3 : 0));
    CHECK(world.end == SweepEnd::settled);
    CHECK(world.took < 1s);
  }
  CHECK(world.most_in_flight <= 2 * world.window);
}

TEST_CASE("what must not be fragmented and does not fit is refused by the sender", "[wire]") {
  World world;
  const auto evidence = world.sweep({1472, 1473}, true);
  CHECK(is_good(evidence[0]));
  CHECK(evidence[1].sent == 0);
  CHECK(evidence[1].local_errors == 3);
  CHECK(evidence[1].local_error == "message too long");
}

TEST_CASE("jumbo frames are used as far as the MTU allows", "[wire]") {
  World world;
  world.mtu = 9000;
  world.configure(3);
  for (const auto& echo : world.sweep({8972, 8973, 8977, 65507})) CHECK(is_good(echo));
  CHECK(world.b.notes().too_long == 0);
}

TEST_CASE("a bridge that carries nothing is told before anything is measured", "[wire]") {
  World world;
  world.ab = [](const Bytes&) { return std::vector<Bytes>{}; };
  WireWarm warm(world.a, packet::ipv4(10, 0, 0, 2), 1);
  world.run([&](auto at) { return warm.step(at); }, 1s);
  CHECK(warm.problem() == "10.0.0.2 does not answer ARP through the bridge");
}

TEST_CASE("hostile frames harm no endpoint", "[wire]") {
  World world;
  REQUIRE(world.warm());
  unsigned state = 5;
  const auto random = [&] { return (state = state * 1664525 + 1013904223) >> 16; };
  for (int i = 0; i < 20000; ++i) {
    Bytes frame(random() % 200);
    for (auto& byte : frame) byte = static_cast<std::uint8_t>(random());
    const Bytes head = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 60};
    if (frame.size() > 40) std::copy_n(head.begin(), head.size(), frame.begin());
    if (i % 3 && frame.size() > 40) frame[12 + 1] = i % 2 ? 6 : 0;
    world.b.take(frame, world.now);
  }
  CHECK(world.b.notes().malformed > 0);
  for (const auto& echo : world.sweep({56, 3000})) CHECK(is_good(echo));
}
