// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/answer.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::bisect;

TEST_CASE("git bisect hears 0 for the older state and 1 for the newer, in both senses",
          "[bisect]") {
  CHECK(git_exit_code(Find::broken, Answer::fixed()) == 0);
  CHECK(git_exit_code(Find::broken, Answer::broken("bug")) == 1);
  CHECK(git_exit_code(Find::fixed, Answer::broken("bug")) == 0);
  CHECK(git_exit_code(Find::fixed, Answer::fixed()) == 1);
}

TEST_CASE("git bisect skips what cannot be judged and stops at a fault of the lab", "[bisect]") {
  for (const auto find : {Find::fixed, Find::broken}) {
    CHECK(git_exit_code(find, Answer::cannot_judge("does not boot")) == 125);
    CHECK(git_exit_code(find, Answer::other("another bug")) == 125);
    CHECK(git_exit_code(find, Answer::infrastructure("no QEMU")) == 128);
    CHECK(git_exit_code(find, Answer{}) == 128);  // an answer that nobody gave
  }
}

TEST_CASE("senses and kinds come back from their words", "[bisect]") {
  for (const auto find : {Find::fixed, Find::broken}) CHECK(find_from(to_text(find)) == find);
  for (const auto kind : {Kind::fixed, Kind::broken, Kind::cannot_judge, Kind::other_signature,
                          Kind::infrastructure}) {
    CHECK(kind_from(to_text(kind)) == kind);
  }
  CHECK_FALSE(find_from("good"));
  CHECK_FALSE(kind_from(""));
}
