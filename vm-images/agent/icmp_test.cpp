// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/icmp.hpp"

#include <cstring>
#include <random>

#include "framework/base/catch.hpp"

using namespace refrag::agent;

namespace {

// A message as a raw socket gives it, behind an IPv4 header.
std::string behind_header(const std::string& message, std::size_t options = 0) {
  std::string header(20 + options, '\0');
  header[0] = static_cast<char>(0x40 | header.size() / 4);
  return header + message;
}

// The same of a reply of ICMP.
std::string packet(std::string message, std::size_t options = 0) {
  message[0] = static_cast<char>(EchoType::reply);
  message[2] = message[3] = 0;
  const auto checksum = internet_checksum(message);
  std::memcpy(message.data() + 2, &checksum, 2);
  return behind_header(message, options);
}

}  // namespace

TEST_CASE("the checksum is the one of RFC 1071", "[agent]") {
  // Its own example: 0001 f203 f4f5 f6f7 sums up to ddf2.
  const std::string bytes("\x00\x01\xf2\x03\xf4\xf5\xf6\xf7", 8);
  const std::uint16_t sum = static_cast<std::uint16_t>(~internet_checksum(bytes));
  const auto* stored = reinterpret_cast<const unsigned char*>(&sum);
  CHECK(stored[0] == 0xdd);
  CHECK(stored[1] == 0xf2);
  CHECK(internet_checksum("") == 0xFFFF);
}

TEST_CASE("an echo has a right checksum, odd lengths included", "[agent]") {
  const std::size_t size = GENERATE(0, 1, 2, 3, 55, 1477, 65507);
  const auto message = echo_message(EchoType::request, 0x1234, 0xFEDC, std::string(size, '\xA5'));
  CHECK(message.size() == 8 + size);
  CHECK(internet_checksum(message) == 0);
}

TEST_CASE("an echo is found behind its IP header", "[agent]") {
  const std::size_t options = GENERATE(0, 4, 40);
  const auto bytes = packet(echo_message(EchoType::request, 0x1234, 0xFEDC, "payload"), options);
  const auto echo = find_echo(bytes, EchoType::reply);
  REQUIRE(echo);
  CHECK(echo->ident == 0x1234);
  CHECK(echo->sequence == 0xFEDC);
  CHECK(echo->payload == "payload");
  CHECK(echo->checksum_ok);
  CHECK_FALSE(find_echo(bytes, EchoType::request));
}

TEST_CASE("a changed byte shows in the checksum", "[agent]") {
  auto bytes = packet(echo_message(EchoType::request, 1, 2, "some payload"));
  bytes[33] = static_cast<char>(bytes[33] ^ 4);
  const auto echo = find_echo(bytes, EchoType::reply);
  REQUIRE(echo);
  CHECK_FALSE(echo->checksum_ok);
}

TEST_CASE("an echo of IPv6 comes without a header, and the kernel has seen to its checksum",
          "[agent]") {
  const auto bytes = echo_message_v6(EchoType::request, 0x1234, 0xFEDC, "payload");
  const auto echo = find_echo_v6(bytes, EchoType::request);
  REQUIRE(echo);
  CHECK(echo->ident == 0x1234);
  CHECK(echo->sequence == 0xFEDC);
  CHECK(echo->payload == "payload");
  CHECK_FALSE(find_echo_v6(bytes, EchoType::reply));
  CHECK_FALSE(find_echo_v6(bytes.substr(0, 7), EchoType::request));
}

TEST_CASE("an echo of UDP has its numbers as ports, and a checksum over its addresses", "[agent]") {
  const std::string from("\x0a\x09\0\1", 4), to("\x0a\x09\0\2", 4);
  const std::string payload(GENERATE(0, 1, 1477, 65507), '\xA5');
  auto bytes = behind_header(udp_message_v4(EchoType::request, 0xFF12, 77, payload, from, to));
  bytes.replace(12, 8, from + to);
  const auto echo = find_udp(bytes, EchoType::request);
  REQUIRE(echo);
  CHECK(echo->ident == 0xFF12);
  CHECK(echo->sequence == 77);
  CHECK(echo->payload == payload);
  CHECK(echo->checksum_ok);
  CHECK_FALSE(find_udp(bytes, EchoType::reply));
  bytes[15] = 9;  // from somebody else
  CHECK_FALSE(find_udp(bytes, EchoType::request)->checksum_ok);
  CHECK_FALSE(find_udp(bytes.substr(0, bytes.size() - 1), EchoType::request));
}

TEST_CASE("a reply of UDP is no request, nor is what has other ports", "[agent]") {
  const auto reply = udp_message(EchoType::reply, 0xFF12, 77, "payload");
  CHECK(find_udp_v6(reply, EchoType::reply)->sequence == 77);
  CHECK_FALSE(find_udp_v6(reply, EchoType::request));
  CHECK_FALSE(find_udp_v6(udp_message(EchoType::request, 53, 77, ""), EchoType::request));
}

TEST_CASE("rubbish is no echo and no harm", "[agent]") {
  std::mt19937 random(4);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    if (!bytes.empty() && round % 2) bytes[0] = static_cast<char>(0x40 | (random() % 16));
    find_udp(bytes, EchoType::reply);
    const auto echo = find_echo(bytes, EchoType::reply);
    if (!echo) continue;
    REQUIRE(echo->payload.data() + echo->payload.size() == bytes.data() + bytes.size());
  }
}
