// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/second.hpp"

#include "framework/base/catch.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag::bisect;

namespace {

const Conclusion between = {Ending::found, 2, 3, 0.9, {}};

Second on_xen(Answer older, Answer newer) {
  return {"xen", {}, std::move(older), std::move(newer)};
}

std::string words_of(Find find, const Second& second) {
  return words(simulated::problem_of(8, find), "bug", between, second);
}

Agreement agreement_of(Find find, const Second& second) {
  return agreement(simulated::problem_of(8, find), "bug", second);
}

}  // namespace

TEST_CASE("another testbed agrees when the pair is there what it is here", "[bisect]") {
  const auto mended = on_xen(Answer::broken("bug"), Answer::fixed());
  const auto spoilt = on_xen(Answer::fixed(), Answer::broken("bug"));
  CHECK(agreement_of(Find::fixed, mended) == Agreement::agrees);
  CHECK(agreement_of(Find::broken, spoilt) == Agreement::agrees);
  CHECK(agreement_of(Find::fixed, spoilt) == Agreement::differs);
  CHECK(agreement_of(Find::broken, mended) == Agreement::differs);
  CHECK(words_of(Find::fixed, mended) == "xen agrees");
}

TEST_CASE("what belongs to one testbed alone is told", "[bisect]") {
  const auto never = on_xen(Answer::fixed(), Answer::fixed());
  CHECK(agreement_of(Find::fixed, never) == Agreement::differs);
  CHECK(words_of(Find::fixed, never) ==
        "xen does not say so: b2 is fixed there, b3 is fixed there");
}

TEST_CASE("another bug, silence or a fault on the other testbed is no agreement", "[bisect]") {
  for (const auto& no_answer : {Answer::broken("another"), Answer::cannot_judge("no dom0"),
                                Answer::infrastructure("no space left")}) {
    CHECK(agreement_of(Find::fixed, on_xen(no_answer, Answer::fixed())) == Agreement::unclear);
    CHECK(agreement_of(Find::fixed, on_xen(Answer::broken("bug"), no_answer)) ==
          Agreement::unclear);
  }
  CHECK(words_of(Find::fixed, on_xen(Answer::broken("another"), Answer::cannot_judge("panic"))) ==
        "xen does not say so: b2 shows another there, b3 says nothing there (panic)");
}

TEST_CASE("a pair that cannot be asked elsewhere is said to be so", "[bisect]") {
  CHECK(agreement_of(Find::fixed, {"xen", "b3 cannot be dom0", {}, {}}) == Agreement::not_asked);
  CHECK(words_of(Find::fixed, {"xen", "b3 cannot be dom0", {}, {}}) ==
        "not tried on xen: b3 cannot be dom0");
  CHECK(words_of(Find::fixed, {}).empty());
}
