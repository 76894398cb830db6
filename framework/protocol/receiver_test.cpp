// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/receiver.hpp"

#include <algorithm>
#include <random>

#include "framework/base/catch.hpp"

using namespace refrag::protocol;
using Kind = Event::Kind;

namespace {

Message sample(std::uint32_t sequence, std::size_t rows = 1) {
  Message message{sequence, "ok"};
  for (std::size_t i = 0; i < rows; ++i) message.add("row", "1476,7,7,0,0,0,412,980");
  return message;
}

std::string text_of(const Message& message) { return encode(Direction::reply, message); }

std::vector<Message> messages_in(const std::vector<Event>& events) {
  std::vector<Message> messages;
  for (const auto& event : events) {
    if (event.kind == Kind::message) messages.push_back(event.message);
  }
  return messages;
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  // Mostly what consoles say and what could be taken for ours, sometimes anything.
  static const std::string likely = "@refrag! 0123456789abcdef+.=%\r\n";
  std::string bytes(size, '\0');
  for (char& c : bytes) {
    c = random() % 4 ? likely[random() % likely.size()] : static_cast<char>(random());
  }
  return bytes;
}

}  // namespace

TEST_CASE("messages and noise come out in order", "[protocol]") {
  const std::string input = "[    0.1] Linux version 6.1\r\n" + text_of(sample(1)) +
                            "[    0.2] eth0: warning" + text_of(sample(2)) + "half a line";
  Receiver receiver(Direction::reply);
  const auto events = receiver.feed(input);
  REQUIRE(events.size() == 4);
  CHECK(events[0].text == "[    0.1] Linux version 6.1");
  CHECK(events[1].message == sample(1));
  CHECK(events[2].text == "[    0.2] eth0: warning");
  CHECK(events[3].message == sample(2));
  CHECK(receiver.pending() == "half a line");
}

TEST_CASE("it does not matter how the bytes are cut", "[protocol]") {
  const std::string input = "noise\n" + text_of(sample(1, 60)) + "noise" + text_of(sample(2));
  const std::size_t piece = GENERATE(1, 2, 3, 7, 64, 511, 512, 513);
  Receiver receiver(Direction::reply);
  std::vector<Message> messages;
  for (std::size_t at = 0; at < input.size(); at += piece) {
    for (auto& message : messages_in(receiver.feed(input.substr(at, piece)))) {
      messages.push_back(message);
    }
  }
  CHECK(messages == std::vector{sample(1, 60), sample(2)});
}

TEST_CASE("a kernel message in the middle of a line is seen as damage", "[protocol]") {
  std::string text = text_of(sample(5));
  text.insert(40, "[   12.3] WARNING: something\r\n");
  Receiver receiver(Direction::reply);
  auto events = receiver.feed(text);
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == Kind::damaged);
  CHECK(events[1].kind == Kind::noise);
  CHECK(messages_in(receiver.feed(text_of(sample(5)))) == std::vector{sample(5)});
}

TEST_CASE("a missing, repeated or swapped line never makes a message", "[protocol]") {
  const std::string whole = text_of(sample(3, 60));
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < whole.size(); at = whole.find('\n', at) + 1) {
    lines.push_back(whole.substr(at, whole.find('\n', at) + 1 - at));
  }
  REQUIRE(lines.size() >= 4);
  auto changed = lines;
  const auto change = GENERATE(0, 1, 2, 3);
  if (change == 0) changed.erase(changed.begin());
  if (change == 1) changed.erase(changed.begin() + 1);
  if (change == 2) changed.insert(changed.begin() + 2, changed[2]);
  if (change == 3) std::swap(changed[1], changed[2]);
  std::string input;
  for (const auto& line : changed) input += line;
  Receiver receiver(Direction::reply);
  const auto events = receiver.feed(input);
  CHECK(messages_in(events).empty());
  CHECK(std::any_of(events.begin(), events.end(),
                    [](const Event& event) { return event.kind == Kind::damaged; }));
  CHECK(messages_in(receiver.feed(whole)) == std::vector{sample(3, 60)});
}

TEST_CASE("lines of two messages do not mix", "[protocol]") {
  const std::string first = text_of(sample(3, 60)), second = text_of(sample(4, 60));
  const std::string head = first.substr(0, first.find('\n') + 1);
  const std::string tail = second.substr(second.find('\n') + 1);
  CHECK(messages_in(Receiver(Direction::reply).feed(head + tail)).empty());
}

TEST_CASE("a line without an end is given away in pieces", "[protocol]") {
  Receiver receiver(Direction::reply);
  std::size_t given = 0;
  for (int i = 0; i < 100; ++i) {
    for (const auto& event : receiver.feed(std::string(1000, 'x'))) {
      CHECK(event.text.size() <= Receiver::kMaxNoise);
      given += event.text.size();
    }
    REQUIRE(receiver.pending().size() <= Receiver::kMaxNoise);
  }
  CHECK(given + receiver.pending().size() == 100'000);
  const auto events = receiver.feed(std::string("y") + text_of(sample(1)));
  CHECK(messages_in(events) == std::vector{sample(1)});
}

TEST_CASE("no noise makes a message, and none hides the one after it", "[protocol]") {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    Receiver receiver(Direction::reply);
    const auto noise = random_bytes(random, random() % 3000);
    REQUIRE(messages_in(receiver.feed(noise)).empty());
    receiver.feed("\n");
    const auto events = receiver.feed(text_of(sample(8, 30)));
    REQUIRE(messages_in(events) == std::vector{sample(8, 30)});
  }
}

TEST_CASE("noise in front of a line on the same line does not hide it", "[protocol]") {
  std::mt19937 random(2);
  for (int round = 0; round < 500; ++round) {
    Receiver receiver(Direction::reply);
    receiver.feed(random_bytes(random, random() % 3000));
    REQUIRE(messages_in(receiver.feed(text_of(sample(8)))) == std::vector{sample(8)});
  }
}

TEST_CASE("a stream with random damage gives right messages or none", "[protocol]") {
  std::mt19937 random(3);
  std::size_t survived = 0;
  for (int round = 0; round < 500; ++round) {
    std::string stream;
    for (std::uint32_t i = 0; i < 10; ++i) stream += text_of(sample(i, 1 + i));
    for (int hit = 0; hit < 3; ++hit) {
      const auto at = random() % stream.size();
      if (random() % 2) {
        stream.erase(at, random() % 300);
      } else {
        stream.insert(at, random_bytes(random, random() % 300));
      }
    }
    for (const auto& message : messages_in(Receiver(Direction::reply).feed(stream))) {
      REQUIRE(message == sample(message.sequence, 1 + message.sequence));
      ++survived;
    }
  }
  CHECK(survived > 500 * 10 / 2);
}
