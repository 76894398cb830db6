// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/payload.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::protocol;

TEST_CASE("a payload is recognised by what it was made from", "[protocol]") {
  const std::size_t size = GENERATE(0, 1, 7, 8, 9, 56, 1472, 1473, 65507);
  const auto bytes = echo_payload(0xDEADBEEF, 41, size);
  CHECK(bytes.size() == size);
  CHECK(is_echo_payload(bytes, 0xDEADBEEF, 41));
  if (size < 8) return;  // too few bytes to tell them apart for certain
  CHECK_FALSE(is_echo_payload(bytes, 0xDEADBEEE, 41));
  CHECK_FALSE(is_echo_payload(bytes, 0xDEADBEEF, 42));
  CHECK_FALSE(is_echo_payload(std::string_view(bytes).substr(1), 0xDEADBEEF, 41));
  CHECK_FALSE(is_echo_payload(std::string_view(bytes).substr(0, size - 1), 0xDEADBEEF, 41));
}

TEST_CASE("one changed byte anywhere is noticed", "[protocol]") {
  auto bytes = echo_payload(1, 2, 1477);
  for (auto& byte : bytes) {
    byte = static_cast<char>(byte ^ 0x10);
    REQUIRE_FALSE(is_echo_payload(bytes, 1, 2));
    byte = static_cast<char>(byte ^ 0x10);
  }
}

TEST_CASE("fragments put together in the wrong order are noticed", "[protocol]") {
  const auto bytes = echo_payload(1, 2, 4440);
  CHECK_FALSE(
      is_echo_payload(bytes.substr(1480, 1480) + bytes.substr(0, 1480) + bytes.substr(2960), 1, 2));
}

TEST_CASE("the payload is the same on every machine and in every version", "[protocol]") {
  CHECK(echo_payload(1, 2, 4) == std::string("\x5e\x77\xb5\xb0", 4));
}
