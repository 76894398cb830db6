// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/rare.hpp"

#include <string>

#include "framework/base/catch.hpp"

using refrag::base::Rare;

TEST_CASE("what is rarely there is copied and compared by its value", "[base]") {
  const Rare<std::string> none;
  Rare<std::string> word = std::string("lost");
  auto copy = word;
  CHECK(copy == word);
  CHECK_FALSE(none == word);
  CHECK(none == Rare<std::string>());
  copy.emplace() = "found";
  CHECK(*word == "lost");
  CHECK(copy->size() == 5);
  word = none;
  CHECK_FALSE(word);
  word = std::move(copy);
  CHECK(*word == "found");
  CHECK(sizeof(Rare<std::string>) == sizeof(void*));
}
