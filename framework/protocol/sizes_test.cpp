// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/sizes.hpp"

#include <random>

#include "framework/base/catch.hpp"

using namespace refrag::protocol;

TEST_CASE("sizes are written as short as they can be", "[protocol]") {
  CHECK(sizes_text({0, 56, 1400, 1401, 1402, 65507}) == "0,56,1400-1402,65507");
  CHECK(sizes_text({}).empty());
  CHECK(sizes_text({5, 4}) == "5,4");
}

TEST_CASE("sizes survive the way there and back", "[protocol]") {
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::uint32_t> sizes;
    for (std::uint32_t size = 0; size < 600; ++size) {
      if (random() % 3) sizes.push_back(size);
    }
    std::shuffle(sizes.begin(), sizes.end(), random);
    CHECK(parse_sizes(sizes_text(sizes)) == sizes);
  }
}

TEST_CASE("what is no list of sizes is refused", "[protocol]") {
  const std::string text = GENERATE("", ",", "1,", ",1", "a", "-1", "5-", "9-5", "1--2", "65508",
                                    "0-65507", "1,1", "1-5,3", "1 2", "99999999999999999999");
  CHECK_FALSE(parse_sizes(text));
}
