// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/line.hpp"

#include <random>

#include "framework/base/catch.hpp"
#include "framework/protocol/crc32.hpp"
#include "framework/protocol/receiver.hpp"

using namespace refrag::protocol;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("the checksum is the one of Ethernet", "[protocol]") {
  CHECK(crc32("123456789") == 0xCBF43926u);
  CHECK(crc32("") == 0);
}

TEST_CASE("a short message is one readable line", "[protocol]") {
  Message message{17, "ok"};
  message.add("reason", "no such device: eth0");
  message.add("empty", "");
  message.add("count", -3);
  const auto text = encode(Direction::reply, message);
  const std::string body = "17 0. ok reason=no+such+device:+eth0 empty= count=-3";
  CHECK(text.substr(18) == body + "\n");
  CHECK(text.starts_with("@refrag! "));
  const auto line = decode_line(Direction::reply, text.substr(0, text.size() - 1));
  REQUIRE(line);
  CHECK(line->sequence == 17);
  CHECK(line->verb == "ok");
  REQUIRE(line->parts.size() == 3);
  CHECK(line->parts[0].value == "no such device: eth0");
}

TEST_CASE("any changed byte spoils a line", "[protocol]") {
  Message message{4000000000u, "sweep"};
  message.add("sizes", "0,56,1400-1500");
  std::string text = encode(Direction::request, message);
  text.pop_back();
  REQUIRE(decode_line(Direction::request, text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char change : {1, 32, 64}) {
      std::string bad = text;
      bad[i] = static_cast<char>(bad[i] ^ change);
      CHECK_FALSE(decode_line(Direction::request, bad));
    }
  }
}

TEST_CASE("every truncation of a line is refused", "[protocol]") {
  Message message{1, "hello"};
  message.add("release", "6.1.0");
  std::string text = encode(Direction::reply, message);
  text.pop_back();
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(decode_line(Direction::reply, text.substr(0, size)));
  }
}

TEST_CASE("a line that is right but for its grammar is refused", "[protocol]") {
  const std::string body = GENERATE(
      "1 0. ok x", "1 0. ok =x", "1 0. ok x=%", "1 0. ok x=%4", "1 0. ok x=%zz", "1 0. ok x=a%",
      "1 0. ok +=x", "1 0. ok x= y", "1 0 ok", "1 . ok", "1 0. ", "1 0.", "1", "", "-1 0. ok",
      "4294967296 0. ok", "1 1024. ok", "1 -1. ok", "x 0. ok", "1 0! ok", "1 0. o=k x=y",
      "1 0. ok a\tb=c", "1 0. anamethatislongerthantwentyfourbytes");
  char crc[9];
  std::snprintf(crc, sizeof crc, "%08x", crc32(body));
  CHECK_FALSE(decode_line(Direction::reply, "@refrag! " + std::string(crc) + " " + body));
}

TEST_CASE("the other direction's lines are not ours", "[protocol]") {
  std::string text = encode(Direction::request, Message{1, "hello"});
  text.pop_back();
  CHECK(decode_line(Direction::request, text));
  CHECK_FALSE(decode_line(Direction::reply, text));
}

TEST_CASE("no line is longer than the limit, whatever the fields hold", "[protocol]") {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    Message message{static_cast<std::uint32_t>(random()), std::string(kMaxName, 'v')};
    for (unsigned i = random() % 20; i > 0; --i) {
      std::string value(random() % 3000, '\0');
      for (char& c : value) c = static_cast<char>(random());
      message.add(std::string(1 + random() % kMaxName, 'k'), value);
    }
    const std::string text = encode(Direction::reply, message);
    for (const auto& line : lines_of(text)) REQUIRE(line.size() < kMaxLine);

    const auto events = Receiver(Direction::reply).feed(text);
    REQUIRE(events.size() == 1);
    REQUIRE(events[0].kind == Event::Kind::message);
    REQUIRE(events[0].message == message);
  }
}

TEST_CASE("a message beyond all bounds becomes an error instead of a flood", "[protocol]") {
  Message message{9, "ok"};
  message.add("log", std::string(4 << 20, '%'));
  const auto events = Receiver(Direction::reply).feed(encode(Direction::reply, message));
  REQUIRE(events.size() == 1);
  CHECK(events[0].message.sequence == 9);
  CHECK(events[0].message.verb == kError);
}

TEST_CASE("names that are none are mended, not sent", "[protocol]") {
  Message message{1, "o k\n"};
  message.add("a=b", "c");
  message.add("", "d");
  const auto events = Receiver(Direction::reply).feed(encode(Direction::reply, message));
  REQUIRE(events.size() == 1);
  CHECK(events[0].message.verb == "ok");
  CHECK(events[0].message.text("ab") == "c");
  CHECK(events[0].message.text("x") == "d");
}

TEST_CASE("numbers are whole and in range or not there", "[protocol]") {
  Message message{1, "ok"};
  message.add("n", "12");
  message.add("m", "12x");
  message.add("big", "99999999999999999999");
  CHECK(message.number("n", 0, 12) == 12);
  CHECK_FALSE(message.number("n", 13, 20));
  CHECK_FALSE(message.number("m", 0, 100));
  CHECK_FALSE(message.number("big", 0, INT64_MAX));
  CHECK_FALSE(message.number("none", 0, 100));
}
