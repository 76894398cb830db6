// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/accelerator.hpp"

#include "framework/base/catch.hpp"

using refrag::lab::Accelerator;
using refrag::lab::answer_for;
using refrag::lab::kept_answer;

TEST_CASE("what was found out about KVM holds until the machine boots again", "[lab]") {
  for (const auto answer : {Accelerator::kvm, Accelerator::tcg}) {
    const auto kept = kept_answer("4f2b", answer);
    CHECK(answer_for("4f2b", kept) == answer);
    CHECK_FALSE(answer_for("9c1d", kept).has_value());
  }
}

TEST_CASE("a damaged answer about KVM is asked for again", "[lab]") {
  CHECK_FALSE(answer_for("4f2b", "").has_value());
  CHECK_FALSE(answer_for("4f2b", "4f2b").has_value());
  CHECK_FALSE(answer_for("4f2b", "4f2b hvf\n").has_value());
  CHECK_FALSE(answer_for("", kept_answer("", Accelerator::kvm)).has_value());
}
