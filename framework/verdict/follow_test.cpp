// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/follow.hpp"

#include <list>

#include "framework/base/catch.hpp"
#include "framework/packet/compose.hpp"
#include "framework/packet/ethernet.hpp"
#include "framework/packet/fragment.hpp"
#include "framework/packet/icmp.hpp"

using namespace refrag;
using packet::Bytes;
using packet::Way;

namespace {

constexpr verdict::Quarry quarry{7, 3};

std::vector<Bytes> frames_of(packet::EchoKind kind, std::uint16_t ident, std::size_t size,
                             std::uint16_t id, std::optional<std::uint16_t> tag, int mtu = 1500) {
  const Bytes payload(size, 'x');
  const auto message = packet::echo_message({kind, ident, quarry.sequence, payload});
  std::vector<Bytes> frames;
  const packet::Ipv4Header header{
      .from = packet::ipv4(10, 0, 0, 1), .to = packet::ipv4(10, 0, 0, 2), .id = id};
  for (const auto& piece : packet::fragment(header, message, mtu)) {
    auto& frame = frames.emplace_back();
    packet::append_ethernet(frame, {{}, {}, tag, packet::ether_type::ipv4});
    packet::append_ipv4(frame, piece.header, piece.payload.size());
    packet::append(frame, piece.payload);
    packet::pad_ethernet(frame);
  }
  return frames;
}

struct Scene {
  std::list<Bytes> bytes = {};  // stay where they are
  packet::Tap a{.name = "card a", .frames = {}};
  packet::Tap b{.name = "card b", .frames = {}};
  std::chrono::microseconds now{1000};

  void pass(packet::Tap& tap, Way way, const std::vector<Bytes>& what) {
    for (const auto& one : what) tap.frames.push_back({now++, way, bytes.emplace_back(one)});
  }
  verdict::Way follow() const { return verdict::follow(a, b, quarry); }
};

}  // namespace

TEST_CASE("an echo is followed by its fragments through both taps", "[verdict]") {
  Scene scene;
  const auto request = frames_of(packet::EchoKind::request, 7, 1477, 40, 3);
  const auto other = frames_of(packet::EchoKind::request, 8, 1477, 41, 3);
  scene.pass(scene.a, Way::into_bridge, other);
  scene.pass(scene.a, Way::into_bridge, request);
  const auto way = scene.follow();
  REQUIRE(way.request.size() == 2);
  CHECK(way.request[0].lengths == std::vector{1500, 25});
  CHECK(way.request[0].tags == std::vector<std::string>{"vlan3", "vlan3"});
  CHECK(way.request[0].whole);
  CHECK_FALSE(way.request[1].seen());
  CHECK(way.reply[0].tap == "card b");
  CHECK_FALSE(way.reply[0].seen());
}

TEST_CASE("the reply is another datagram and goes the other way", "[verdict]") {
  Scene scene;
  scene.pass(scene.a, Way::into_bridge, frames_of(packet::EchoKind::request, 7, 100, 40, {}));
  scene.pass(scene.b, Way::out_of_bridge, frames_of(packet::EchoKind::request, 7, 100, 40, {}));
  scene.pass(scene.b, Way::into_bridge, frames_of(packet::EchoKind::reply, 7, 100, 99, {}));
  const auto way = scene.follow();
  CHECK(way.request[1].whole);
  CHECK(way.request[1].at_us == 1);  // after the first frame of the echo
  CHECK(way.reply[0].whole);
  CHECK(way.reply[0].tags.front() == "none");
  CHECK_FALSE(way.reply[1].seen());
}

TEST_CASE("a datagram with a hole or without its end is not whole", "[verdict]") {
  const auto all = frames_of(packet::EchoKind::request, 7, 4000, 40, {});
  for (std::size_t missing = 1; missing < all.size(); ++missing) {
    auto some = all;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(missing));
    Scene scene;
    scene.pass(scene.a, Way::into_bridge, some);
    const auto way = scene.follow();
    CHECK(way.request[0].seen());
    CHECK_FALSE(way.request[0].whole);
  }
}

TEST_CASE("frames that are cut short or are no IP are passed over", "[verdict]") {
  Scene scene;
  const auto whole = frames_of(packet::EchoKind::request, 7, 100, 40, 3).front();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    scene.pass(scene.a, Way::into_bridge,
               {Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))});
  }
  scene.pass(scene.a, Way::into_bridge, {Bytes(60, 0xff)});
  CHECK_FALSE(scene.follow().request[0].seen());
}

TEST_CASE("echoes of IPv6 and of UDP are followed as those of ICMP are", "[verdict]") {
  const auto from = packet::Ipv6Address{{0xfd, 1}}, to = packet::Ipv6Address{{0xfd, 2}};
  for (const bool is_ipv6 : {true, false}) {
    for (const bool is_udp : {true, false}) {
      for (const std::size_t size : {100u, 2000u}) {
        Bytes message(8 + size, 'x');
        const std::uint8_t udp[] = {0, quarry.ident, 0, quarry.sequence};
        const std::uint8_t icmp[] = {is_ipv6 ? packet::echo_request_v6 : std::uint8_t{8},
                                     0,
                                     0,
                                     0,
                                     0,
                                     quarry.ident,
                                     0,
                                     quarry.sequence};
        is_udp ? std::ranges::copy(udp, message.begin()) : std::ranges::copy(icmp, message.begin());
        packet::Composition echo{
            .link = {.type = is_ipv6 ? packet::ether_type::ipv6 : packet::ether_type::ipv4},
            .family = is_ipv6 ? packet::Family::ipv6 : packet::Family::ipv4,
            .v4 = {.from = {1}, .to = {2}, .id = 5},
            .v6 = {.from = from, .to = to},
            .v6_id = 77};
        echo.payload = message;
        echo.v4.protocol = is_udp ? packet::udp_protocol : packet::icmp_protocol;
        echo.v6.protocol = is_udp ? packet::udp_protocol : packet::icmpv6_protocol;
        const auto frames = packet::compose(echo, packet::cuts_for(echo, 1500));
        Scene scene;
        scene.pass(scene.a, Way::into_bridge, frames);
        const auto way = scene.follow();
        INFO(is_ipv6 << is_udp << size);
        CHECK(way.request[0].whole);
        CHECK(way.request[0].lengths.size() == frames.size());
        CHECK_FALSE(way.request[1].seen());
        CHECK_FALSE(way.reply[0].seen());
        echo.payload[is_udp ? 1 : 5] ^= 1;  // another one
        Scene other;
        other.pass(other.a, Way::into_bridge, packet::compose(echo, packet::cuts_for(echo, 1500)));
        CHECK_FALSE(other.follow().request[0].seen());
      }
    }
  }
}

TEST_CASE("where the guests were asked, their taps are the first and the last", "[verdict]") {
  Scene scene;
  packet::Tap in_a{.name = "guest a", .frames = {}}, in_b{.name = "guest b", .frames = {}};
  const auto request = frames_of(packet::EchoKind::request, 7, 1477, 40, 3);
  scene.pass(in_a, Way::out_of_bridge, request);
  scene.pass(scene.a, Way::into_bridge, request);
  scene.pass(scene.b, Way::out_of_bridge, request);
  scene.pass(in_b, Way::into_bridge, {request[0]});
  const auto way = verdict::follow(scene.a, scene.b, quarry, {&in_a, &in_b});
  const std::vector<std::string> there = {"guest a", "card a", "card b", "guest b"};
  REQUIRE(way.request.size() == 4);
  REQUIRE(way.reply.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(way.request[i].tap == there[i]);
    CHECK(way.reply[i].tap == there[3 - i]);
    CHECK(way.request[i].in_guest == (i == 0 || i == 3));
    CHECK(way.request[i].whole == (i < 3));
    CHECK_FALSE(way.reply[i].seen());
  }
  CHECK(way.request[0].at_us == 0);
  CHECK(way.request[3].lengths == std::vector{1500});
}
