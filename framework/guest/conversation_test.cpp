// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/guest/conversation.hpp"

#include <atomic>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/guest/fake_peer.hpp"

using namespace refrag;
using namespace refrag::guest;
using base::Deadline;
using base::milliseconds;
using base::seconds;
using protocol::Message;

namespace {

Deadline soon() { return Deadline::in(seconds(20)); }

std::string greeting() {
  Message message{0, "hello"};
  message.add("release", "6.1.0");
  return protocol::encode(protocol::Direction::reply, message);
}

Lost lost_by(Conversation& conversation, Deadline deadline = soon()) {
  try {
    conversation.ask(Message{0, "hello"}, deadline);
  } catch (const Lost& lost) {
    return lost;
  }
  throw std::logic_error("it was not lost");
}

}  // namespace

TEST_CASE("a reply is found among kernel messages, stale and foreign replies", "[guest]") {
  FakePeer peer([](const Message& request) {
    Message stale = request;
    --stale.sequence;
    return "[ 1.0] noise\r\n" + ok_to(stale, "from", "stale") +
           protocol::encode(protocol::Direction::request, request) + "noise" +
           ok_to(request, "from", "this");
  });
  Conversation conversation("guest a", peer.stream());
  CHECK(conversation.ask(Message{0, "hello"}, soon()).text("from") == "this");
  CHECK(conversation.console_tail().starts_with("[ 1.0] noise\n"));
}

TEST_CASE("a damaged reply is asked for again at once, with the same number", "[guest]") {
  std::atomic<int> asked = 0;
  std::atomic<std::uint32_t> first = 0;
  std::atomic<bool> same = true;
  FakePeer peer([&](const Message& request) {
    if (++asked == 1) first = request.sequence;
    same = same && first == request.sequence;
    auto reply = ok_to(request);
    if (asked < 4) reply.insert(30, "[ 5.0] a warning\n");
    return reply;
  });
  Conversation conversation("guest a", peer.stream());
  const base::Stopwatch time;
  CHECK(conversation.ask(Message{0, "hello"}, soon()).verb == "ok");
  CHECK(asked == 4);
  CHECK(same);
  CHECK(time.seconds() < 1);
}

TEST_CASE("a request that got lost is repeated", "[guest]") {
  std::atomic<int> asked = 0;
  FakePeer peer([&](const Message& request) { return ++asked < 3 ? "" : ok_to(request); });
  Conversation conversation("guest a", peer.stream());
  conversation.repeat_after(milliseconds(20));
  CHECK(conversation.ask(Message{0, "hello"}, soon()).verb == "ok");
  CHECK(asked == 3);
}

TEST_CASE("a flood of damage does not become a flood of requests", "[guest]") {
  std::atomic<int> asked = 0;
  FakePeer peer([&](const Message&) {
    ++asked;
    return std::string("@refrag! rubbish\n");
  });
  Conversation conversation("guest a", peer.stream());
  CHECK(lost_by(conversation, Deadline::in(milliseconds(300))).how() == Lost::How::silent);
  CHECK(asked <= 25);
}

TEST_CASE("an agent that says nothing is silent, at the deadline and not later", "[guest]") {
  FakePeer peer([](const Message&) { return std::string("[ 9.9] still here\n"); });
  Conversation conversation("guest b", peer.stream());
  const base::Stopwatch time;
  const auto lost = lost_by(conversation, Deadline::in(milliseconds(200)));
  CHECK(lost.how() == Lost::How::silent);
  CHECK(std::string(lost.what()) == "guest b did not answer `hello` in time");
  CHECK(lost.console_tail() == "[ 9.9] still here\n");
  CHECK(time.seconds() < 1);
}

TEST_CASE("a panic ends the wait at once and its trace is kept", "[guest]") {
  FakePeer peer([](const Message&) {
    return std::string(
        "BUG: kernel NULL pointer dereference, address: 0\nRIP: 0010:ip_frag\n"
        "Kernel panic - not syncing: Fatal exception in interrupt\n");
  });
  Conversation conversation("guest a", peer.stream());
  const base::Stopwatch time;
  const auto lost = lost_by(conversation);
  CHECK(lost.how() == Lost::How::crashed);
  CHECK(std::string(lost.what()).find("NULL pointer") != std::string::npos);
  CHECK(lost.console_tail().find("Fatal exception in interrupt") != std::string::npos);
  CHECK(time.seconds() < 2);
}

TEST_CASE("an agent's last words are a crash", "[guest]") {
  Message dying{0, "dying"};
  dying.add("reason", "Segmentation fault");
  const auto words = protocol::encode(protocol::Direction::reply, dying);
  FakePeer peer([&](const Message&) { return words; });
  Conversation conversation("guest a", peer.stream());
  const auto lost = lost_by(conversation);
  CHECK(lost.how() == Lost::How::crashed);
  CHECK(std::string(lost.what()) == "guest a its agent died: Segmentation fault");
}

TEST_CASE("a console that ends is told apart from silence", "[guest]") {
  FakePeer peer([](const Message&) -> std::optional<std::string> { return std::nullopt; });
  Conversation conversation("guest a", peer.stream());
  CHECK(lost_by(conversation).how() == Lost::How::ended);
  CHECK(lost_by(conversation).how() == Lost::How::ended);
}

TEST_CASE("a greeting that comes by itself is not asked for", "[guest]") {
  std::atomic<int> asked = 0;
  FakePeer peer(
      [&](const Message& request) {
        ++asked;
        return ok_to(request);
      },
      "Linux version\n" + greeting());
  Conversation conversation("guest a", peer.stream());
  CHECK(conversation.await_greeting(soon()).text("release") == "6.1.0");
  CHECK(asked == 0);
}

TEST_CASE("a machine that greets once more is another machine", "[guest]") {
  FakePeer peer([](const Message& request) { return greeting() + ok_to(request); }, greeting());
  Conversation conversation("guest a", peer.stream());
  conversation.await_greeting(soon());
  CHECK(lost_by(conversation).how() == Lost::How::restarted);
}

TEST_CASE("whoever waits is called and may end the wait", "[guest]") {
  FakePeer peer([](const Message&) { return std::string(); });
  Conversation conversation("guest a", peer.stream());
  int calls = 0;
  conversation.on_wait([&] {
    if (++calls == 2) throw base::Error(base::Fault::lab, "the host is gone");
  });
  CHECK_THROWS_WITH(conversation.ask(Message{0, "hello"}, soon()), "the host is gone");
}

TEST_CASE("a look notices a death between two requests", "[guest]") {
  FakePeer peer([](const Message& request) {
    return ok_to(request) + "Kernel panic - not syncing: whatever\n";
  });
  Conversation conversation("guest a", peer.stream());
  CHECK_THROWS_AS((conversation.ask(Message{0, "hello"}, soon()), conversation.look()), Lost);
}
