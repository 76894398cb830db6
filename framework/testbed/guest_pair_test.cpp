// SPDX-License-Identifier: GPL-2.0-or-later
// With agents played by scripts.
#include "framework/testbed/guest_pair.hpp"

#include <mutex>

#include "framework/base/catch.hpp"
#include "framework/guest/fake_peer.hpp"

namespace refrag::testbed {

namespace {

using guest::FakePeer;
using guest::ok_to;
using protocol::Message;

base::Deadline soon() { return base::Deadline::in(base::seconds(20)); }

// A guest that does what it is told and remembers it.
class FakeGuest {
 public:
  explicit FakeGuest(Side side, FakePeer::Script odd = {})
      : side_(side), peer_([this, odd](const Message& request) {
          note(request);
          const auto reply = odd ? odd(request) : std::string();
          return reply && reply->empty() ? answer(request) : reply;
        }) {}

  std::unique_ptr<GuestEnd> end() {
    return std::make_unique<GuestEnd>(side_, peer_.stream(), guest::ConsoleLines::Sink());
  }

  // What was asked: "link eth0 11.11.1.1/24", "sweep 11.11.1.2 eth0", verbs with their main fields.
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void note(const Message& request) {
    auto line = request.verb;
    for (const auto* key : {"dev", "to", "address", "mtu", "id", "peer"}) {
      if (const auto value = request.text(key)) line.append(1, ' ').append(*value);
    }
    if (request.text("up") == "0") line += " down";
    const std::lock_guard lock(mutex_);
    asked_.push_back(line);
  }

  std::string hello(const Message& request) const {
    Message message{0, "ok"};
    message.add("sessions", "1");
    message.add("link",
                side_ == Side::a ? "eth0,02:00:00:00:00:0a,1500" : "eth0,02:00:00:00:00:0b,1500");
    return reply(std::move(message), request.sequence);
  }

  static std::string reply(Message message, std::uint32_t sequence) {
    message.sequence = sequence;
    return protocol::encode(protocol::Direction::reply, message);
  }

  std::string answer(const Message& request) {
    if (request.verb == "warm") return ok_to(request, "answered", "1");
    if (request.verb == "hello") return hello(request);
    if (request.verb == "kmsg") return ok_to(request, "line", "<4>[9.9] hello");
    if (const auto sweep = protocol::to_sweep_request(request); request.verb == "sweep" && sweep) {
      protocol::SweepResult result{.sizes = {}, .end = protocol::SweepEnd::answered};
      for (const auto size : sweep->sizes)
        result.sizes.push_back({.size = size, .sent = 7, .good = 7});
      return reply(to_message(result), request.sequence);
    }
    const auto watch = protocol::to_watch_request(request);
    if (request.verb == "watch" && watch && !watch->also) {
      watched_.clear();
      for (const auto size : watch->sizes) watched_.push_back({.size = size, .good = 7});
    }
    if (request.verb == "seen") return reply(protocol::to_message(watched_), request.sequence);
    return ok_to(request);
  }

  Side side_;
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::vector<protocol::SeenSize> watched_;
  FakePeer peer_;
};

using Asked = std::vector<std::string>;

}  // namespace

TEST_CASE("a path is made at both ends, once", "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  CHECK(pair.warm({.tag = "vlan3", .from = Side::a}, soon()).empty());
  CHECK(pair.warm({.tag = "vlan3", .from = Side::b}, soon()).empty());
  CHECK(a.asked() == Asked{"link eth0 1500", "links", "vlan eth0.3 3",
                           "link eth0.3 11.11.4.1/24 1500", "warm eth0.3 11.11.4.2"});
  CHECK(b.asked() == Asked{"link eth0 1500", "links", "vlan eth0.3 3",
                           "link eth0.3 11.11.4.2/24 1500", "warm eth0.3 11.11.4.1"});
}

TEST_CASE("two tags are two devices, the inner one with the address", "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  pair.warm({.tag = "prio"}, soon());
  pair.warm({.tag = "qinq"}, soon());
  CHECK(b.asked() == Asked{"link eth0 1500", "links", "vlan eth0.0 0",
                           "link eth0.0 11.43.1.2/24 1500", "vlan eth0.ad3 3", "link eth0.ad3 1500",
                           "vlan eth0.ad3.4 4", "link eth0.ad3.4 11.43.2.2/24 1500"});
}

TEST_CASE("a PPPoE session is made once, with the other's card, and has less room than that",
          "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  CHECK(pair.without_sessions() == "guest a");
  pair.greet(soon());
  CHECK(pair.without_sessions().empty());
  pair.warm({.tag = "pppoe", .from = Side::b}, soon());
  pair.warm({.tag = "pppoe", .from = Side::b, .family = packet::Family::ipv6}, soon());
  pair.warm({.tag = "pppoe", .from = Side::b, .mtu = 9000}, soon());
  CHECK(a.asked() ==
        Asked{"hello", "link eth0 1500", "links", "session eth0.pppoe 7 02:00:00:00:00:0b",
              "link eth0.pppoe 11.75.5.1/24 1492", "link eth0.pppoe fd72:6566:4004::1/64 1492",
              "link eth0 9000", "link eth0.pppoe 11.75.5.1/24 8992"});
}

TEST_CASE("a VLAN that an earlier program made is used as it is", "[testbed]") {
  const auto has_vlan = [](const Message& request) {
    return request.verb == "links" ? ok_to(request, "link", "eth0.3,,1500,up,carrier") : "";
  };
  FakeGuest a(Side::a, has_vlan), b(Side::b, has_vlan);
  GuestPair pair(a.end(), b.end(), 1500);
  pair.warm({.tag = "vlan3"}, soon());
  CHECK(b.asked() == Asked{"link eth0 1500", "links", "link eth0.3 11.11.4.2/24 1500"});
}

TEST_CASE("another family has addresses of its own, another MTU is one for card and VLAN",
          "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  pair.warm({.tag = "vlan3"}, soon());
  pair.warm({.tag = "vlan3", .family = packet::Family::ipv6}, soon());
  pair.warm({.tag = "vlan3", .mtu = 9000}, soon());
  pair.warm({.tag = "none", .mtu = 9000}, soon());
  CHECK(b.asked() == Asked{"link eth0 1500", "links", "vlan eth0.3 3",
                           "link eth0.3 11.11.4.2/24 1500", "link eth0.3 fd72:6566:3::2/64 1500",
                           "link eth0 9000", "link eth0.3 11.11.4.2/24 9000",
                           "link eth0 11.11.1.2/24 9000"});
}

TEST_CASE("where a bridge takes the tag away at b, b listens and sends at its card", "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  const Traffic traffic{.tag = "vlan3", .tag_at_b = "none", .from = Side::b, .sizes = {56}};
  CHECK(pair.warm(traffic, soon()).empty());
  pair.sweep({traffic}, soon());
  CHECK(a.asked() == Asked{"link eth0 1500", "links", "vlan eth0.3 3",
                           "link eth0.3 11.43.6.1/24 1500", "watch eth0.3", "seen"});
  CHECK(b.asked() == Asked{"link eth0 11.43.6.2/24 1500", "links", "warm eth0 11.43.6.1",
                           "sweep eth0 11.43.6.1"});
}

TEST_CASE("where a bridge takes the tag away at b, b takes nothing that has it still",
          "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  const Traffic mixed{.tag = "vlan3", .tag_at_b = "none"};
  pair.warm({.tag = "vlan3"}, soon());
  pair.warm(mixed, soon());
  pair.warm(mixed, soon());
  pair.warm({.tag = "vlan3"}, soon());
  CHECK(b.asked() == Asked{"link eth0 1500", "links", "vlan eth0.3 3",
                           "link eth0.3 11.11.4.2/24 1500", "link eth0 11.43.6.2/24 1500",
                           "link eth0.3 down", "link eth0.3 11.11.4.2/24 1500"});
  const auto at_a = a.asked();
  CHECK(std::ranges::find(at_a, "link eth0.3 down") == at_a.end());
}

TEST_CASE("offloads are set at both cards when they are not so yet, and read back", "[testbed]") {
  const auto tells = [](const char* value) {
    return [=](const Message& request) {
      return request.verb == "offloads" ? ok_to(request, "value", value) : "";
    };
  };
  FakeGuest a(Side::a, tells("0")), b(Side::b, tells("0"));
  GuestPair pair(a.end(), b.end(), 1500);
  pair.set_offloads("0", soon());
  pair.set_offloads("0", soon());
  CHECK(a.asked() == Asked{"offloads eth0"});
  CHECK_THROWS_WITH(pair.set_offloads("1", soon()), Catch::Contains("eth0 are \"0\" and not 1"));
  CHECK(pair.without_offloads(soon()).empty());

  FakeGuest none_a(Side::a, tells("1")), none_b(Side::b, tells(""));
  GuestPair without(none_a.end(), none_b.end(), 1500);
  CHECK(without.without_offloads(soon()) == "guest b");
  without.set_offloads("1", soon());
  CHECK_THROWS_AS(without.set_offloads("0", soon()), base::Error);
}

TEST_CASE("a neighbour that does not answer is a reason and no error", "[testbed]") {
  FakeGuest a(Side::a), b(Side::b, [](const Message&request) {
    return request.verb == "warm" ? ok_to(request, "answered", "0") : "";
  });
  GuestPair pair(a.end(), b.end(), 1500);
  CHECK(pair.warm({.tag = "none", .from = Side::b}, soon()) ==
        "guest a (11.11.1.1) answers none of 0 small echoes from guest b over eth0");
}

TEST_CASE("a sweep is watched by the other end before it begins", "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  const auto echoes = pair.sweep({{.tag = "none", .from = Side::b, .sizes = {56, 1473}}}, soon());
  REQUIRE(echoes.size() == 2);
  CHECK(echoes[1].size == 1473);
  CHECK(echoes[1].good == 3);
  CHECK(echoes[1].seen_by_peer == 3);
  CHECK(a.asked() == Asked{"watch eth0", "seen"});
  CHECK(b.asked() == Asked{"sweep eth0 11.11.1.1"});
}

TEST_CASE("flows beside each other are watched all, and told of the first", "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  const auto echoes =
      pair.sweep({{.tag = "none", .sizes = {56}},
                  {.tag = "vlan3", .sizes = {57, 58}, .family = packet::Family::ipv6}},
                 soon());
  CHECK(echoes.size() == 1);
  CHECK(b.asked() == Asked{"watch eth0", "watch eth0.3", "seen"});
  CHECK(a.asked() == Asked{"beside eth0.3 fd72:6566:3::2", "sweep eth0 11.11.1.2"});
}

TEST_CASE("kernel messages have their guest's name", "[testbed]") {
  FakeGuest a(Side::a), b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  CHECK(pair.kernel_messages(soon()) ==
        Asked{"guest a: <4>[9.9] hello", "guest b: <4>[9.9] hello"});
}

TEST_CASE("a guest that dies while the other one is asked ends the wait", "[testbed]") {
  FakeGuest a(Side::a, [](const Message&) { return std::string("still at it\n"); });
  FakePeer b([](const Message&) { return std::string(); });
  GuestPair pair(
      a.end(), std::make_unique<GuestEnd>(Side::b, b.stream(), guest::ConsoleLines::Sink()), 1500);
  b.say("Kernel panic - not syncing: on purpose\n");
  const base::Stopwatch watch;
  try {
    pair.greet(soon());
    FAIL("guest b has panicked");
  } catch (const Lost& lost) {
    CHECK(lost.how() == verdict::Outcome::crashed);
    CHECK_THAT(lost.what(), Catch::StartsWith("guest b crashed: Kernel panic"));
    CHECK_THAT(lost.console_tail(), Catch::Contains("on purpose"));
  }
  CHECK(watch.seconds() < 10);
}

TEST_CASE("a guest that says nothing hangs, one that hangs up is gone", "[testbed]") {
  const bool hangs_up = GENERATE(true, false);
  FakeGuest a(Side::a, [=](const Message&) -> std::optional<std::string> {
    return hangs_up ? std::nullopt : std::optional<std::string>("no answer\n");
  });
  FakeGuest b(Side::b);
  GuestPair pair(a.end(), b.end(), 1500);
  try {
    pair.greet(base::Deadline::in(base::milliseconds(200)));
    FAIL("guest a does not answer");
  } catch (const Lost& lost) {
    CHECK(lost.how() == (hangs_up ? verdict::Outcome::broken : verdict::Outcome::hung));
  }
}

}  // namespace refrag::testbed
