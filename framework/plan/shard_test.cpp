// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/shard.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using refrag::base::Error;
using refrag::plan::Shard;

TEST_CASE("shards follow each other without gap or overlap and are equally large", "[plan]") {
  for (const std::size_t size : {0u, 1u, 5u, 8u, 104u, 1001u}) {
    for (const int count : {1, 2, 3, 7, 40}) {
      std::size_t next = 0;
      for (int index = 1; index <= count; ++index) {
        const auto [from, to] = Shard{index, count}.of(size);
        REQUIRE(from == next);
        const auto share = size / static_cast<std::size_t>(count);
        REQUIRE((to - from == share || to - from == share + 1));
        next = to;
      }
      REQUIRE(next == size);
    }
  }
}

TEST_CASE("a shard is written I/N, counted from one", "[plan]") {
  CHECK(Shard::parse("2/5").index == 2);
  CHECK(Shard::parse("2/5").text() == "2/5");
  CHECK(Shard::parse("1/1").is_all());
  for (const auto* bad : {"", "/", "1", "1/", "/2", "0/2", "3/2", "-1/2", "1/0", "a/b", "1/2/3",
                          "1/99999999999999999999", " 1/2"}) {
    INFO(bad);
    CHECK_THROWS_AS(Shard::parse(bad), Error);
  }
}
