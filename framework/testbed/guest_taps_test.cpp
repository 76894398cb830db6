// SPDX-License-Identifier: GPL-2.0-or-later
// With agents played by scripts.
#include "framework/testbed/guest_taps.hpp"

#include "framework/base/catch.hpp"
#include "framework/guest/fake_peer.hpp"
#include "framework/protocol/base64.hpp"

namespace refrag::testbed {

namespace {

using guest::FakePeer;
using protocol::Message;
using namespace std::chrono_literals;

base::Deadline soon() { return base::Deadline::in(base::seconds(20)); }

// Two frames: the ports have seen the first and not the other.
const std::string common(100, 'c'), own(70, 'o');
constexpr auto lag = 5s;  // of the guests' clocks

std::string reply_to(const Message& request, Message reply) {
  reply.sequence = request.sequence;
  reply.verb = protocol::kOk;
  return protocol::encode(protocol::Direction::reply, reply);
}

// A guest that has seen both, tells one mark at a time, and says how many frames found no room.
std::string answer(const Message& request, int missed) {
  Message reply;
  if (request.verb == "marks") {
    const auto from = request.number("from", 0, 2).value_or(2);
    std::string marks;
    if (from == 0) protocol::append_mark(marks, {1'000, true, 100, protocol::frame_hash(common)});
    if (from == 1) protocol::append_mark(marks, {2'000, false, 70, protocol::frame_hash(own)});
    reply.add("count", 2);
    reply.add("missed", missed);
    reply.add("now", 3'000);
    reply.add("data", protocol::to_base64(marks));
  }
  if (request.verb == "frames") {
    reply.add("data", protocol::to_base64(request.text("frame") == "1" ? own : ""));
  }
  return reply_to(request, reply);
}

std::unique_ptr<GuestEnd> end_of(Side side, FakePeer& peer) {
  return std::make_unique<GuestEnd>(side, peer.stream(), guest::ConsoleLines::Sink());
}

// What came, when that is how guest a answers; b is as it should be.
Taps taps_with(GuestTaps& taps, base::Deadline deadline) {
  Taps seen{.ports = {{.name = "vif1.0", .frames = {}}, {.name = "vif2.0", .frames = {}}}};
  for (auto& port : seen.ports) {
    port.frames.push_back({lag + 1'500ns, packet::Way::into_bridge, packet::as_bytes(common)});
  }
  taps.listen(soon());
  taps.add_to(
      seen, [] { return lag + 9'000ns; }, deadline);
  return seen;
}

Taps taps_with(const FakePeer::Script& script, base::Deadline deadline = soon()) {
  FakePeer a(script), b([](const Message&request) { return answer(request, 0); });
  GuestPair pair(end_of(Side::a, a), end_of(Side::b, b), 1500);
  GuestTaps taps(pair);
  auto seen = taps_with(taps, deadline);
  REQUIRE(seen.endpoints.size() == 2);
  CHECK(seen.endpoints[1].is_whole);
  for (auto& endpoint : seen.endpoints) {  // whose bytes go with the taps
    for (auto& frame : endpoint.tap.frames) {
      CHECK(frame.bytes.size() == (frame.bytes[0] == 'c' ? 100u : 70u));
      frame.bytes = {};
    }
  }
  return seen;
}

}  // namespace

TEST_CASE("what a guest saw is put together from marks, its port's frames and its own",
          "[testbed]") {
  const auto seen = taps_with([](const Message& request) { return answer(request, 0); });
  const auto& [tap, is_whole] = seen.endpoints[0];
  CHECK(is_whole);
  CHECK(tap.name == "guest a");
  REQUIRE(tap.frames.size() == 2);
  CHECK(tap.frames[0].way == packet::Way::out_of_bridge);
  CHECK(tap.frames[0].at == lag + 1'500ns);  // by the frame that both saw
  CHECK(tap.frames[1].at == lag + 2'500ns);
  CHECK(seen.notes.empty());
  CHECK_THAT(seen.clocks, Catch::Contains("guest a's times by frames that vif1.0 saw as well"));
}

TEST_CASE("frames that a guest had no room for are told and make its capture incomplete",
          "[testbed]") {
  const auto seen = taps_with([](const Message& request) { return answer(request, 3); });
  CHECK_FALSE(seen.endpoints[0].is_whole);
  CHECK(seen.endpoints[0].tap.missed == 3);
  CHECK(seen.notes == std::vector<std::string>{"of the capture in guest a 2 of 5 frames came"});
}

TEST_CASE("a guest that cannot listen, or says nothing sensible, costs its capture alone",
          "[testbed]") {
  const std::string verb = GENERATE("listen", "marks", "frames");
  const auto seen = taps_with([&](const Message& request) -> std::optional<std::string> {
    if (request.verb != verb) return answer(request, 0);
    auto reply = protocol::error_reply("no packet sockets");
    reply.sequence = request.sequence;
    return protocol::encode(protocol::Direction::reply, reply);
  });
  CHECK_FALSE(seen.endpoints[0].is_whole);
  REQUIRE(seen.notes.size() == 1);
  CHECK_THAT(seen.notes[0], Catch::Contains("no packet sockets"));
}

TEST_CASE("a guest that falls silent is not waited for beyond the deadline", "[testbed]") {
  const base::Stopwatch watch;
  const auto seen = taps_with(
      [&](const Message& request) {
        return request.verb == "frames" ? std::string() : answer(request, 0);
      },
      base::Deadline::in(base::seconds(1)));
  CHECK(watch.seconds() < 10);
  CHECK_FALSE(seen.endpoints[0].is_whole);
  CHECK(seen.endpoints[0].tap.frames.size() == 1);  // what the port saw as well
  REQUIRE(seen.notes.size() == 1);
  CHECK_THAT(seen.notes[0], Catch::Contains("1 of 2 frames came: guest a did not answer"));
}

}  // namespace refrag::testbed
