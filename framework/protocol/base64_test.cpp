// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/base64.hpp"

#include <random>

#include "framework/base/catch.hpp"

using namespace refrag::protocol;

TEST_CASE("letters are those of RFC 4648", "[protocol]") {
  CHECK(to_base64("").empty());
  CHECK(to_base64("f") == "Zg");
  CHECK(to_base64("fo") == "Zm8");
  CHECK(to_base64("foobar") == "Zm9vYmFy");
  CHECK(to_base64("\xff\xfe") == "__4");
}

TEST_CASE("bytes of any kind and number come back, and nonsense does not", "[protocol]") {
  std::mt19937 random(3);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    REQUIRE(from_base64(to_base64(bytes)) == bytes);
  }
  CHECK_FALSE(from_base64("Zm9v=="));
  CHECK_FALSE(from_base64("Zm 9"));
}
