// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/account.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::verdict;

namespace {

CaseId id(int size) { return {"s", "echo", "6.1", Cell{{"nf", "1"}}, size}; }

const std::vector<CaseId> planned = {id(0), id(56), id(1477)};

CaseRecord passed(int size) { return {id(size), {Outcome::passed}}; }

}  // namespace

TEST_CASE("a suite that reported everything leaves nothing to account for", "[verdict]") {
  const std::vector<CaseRecord> reported = {passed(0), passed(56), passed(1477)};
  CHECK(account(planned, reported, {End::finished}).empty());
}

TEST_CASE("silence is never a pass, however the suite ended", "[verdict]") {
  for (const auto end :
       {End::finished, End::suite_died, End::suite_overran, End::guest_died, End::lab_failed,
        End::stopped, End::host_hung, End::host_crashed, End::kernel_unfit}) {
    const auto missing = account(planned, {}, {end});
    REQUIRE(missing.size() == planned.size());
    for (const auto& result : missing) {
      CHECK(result.judgement.outcome != Outcome::passed);
      CHECK_FALSE(result.judgement.kind.empty());
      CHECK_FALSE(result.judgement.reason.empty());
    }
  }
}

TEST_CASE("what a dead host did not report is its fault, what it did report stays", "[verdict]") {
  const std::vector<CaseRecord> reported = {passed(56)};
  const auto missing =
      account(planned, reported, {End::host_crashed, "BUG: unable to handle page fault"}, 2);
  REQUIRE(missing.size() == 2);
  CHECK(missing[0].id == id(0));
  CHECK(missing[1].id == id(1477));
  CHECK(missing[0].judgement.outcome == Outcome::crashed);
  CHECK(missing[0].judgement.kind == "HostCrashed");
  CHECK(missing[0].judgement.reason == "the host crashed: BUG: unable to handle page fault");
  CHECK(missing[0].attempt == 2);
}

TEST_CASE("each ending has the outcome of whoever is at fault", "[verdict]") {
  const auto outcome = [](End end) { return judge_ending({end}).outcome; };
  CHECK(outcome(End::suite_died) == Outcome::broken);
  CHECK(outcome(End::guest_died) == Outcome::broken);
  CHECK(outcome(End::lab_failed) == Outcome::broken);
  CHECK(outcome(End::stopped) == Outcome::broken);
  CHECK(outcome(End::host_hung) == Outcome::hung);
  CHECK(outcome(End::host_crashed) == Outcome::crashed);
  CHECK(outcome(End::kernel_unfit) == Outcome::skipped);
}

TEST_CASE("a panic after the last case is not lost", "[verdict]") {
  const std::vector<CaseRecord> reported = {passed(0), passed(56), passed(1477)};
  const auto missing = account(planned, reported, {End::host_crashed, "panic"});
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].id.text() == "s/end@6.1");
  CHECK(missing[0].judgement.outcome == Outcome::crashed);
}

TEST_CASE("a case planned twice is accounted for once", "[verdict]") {
  const std::vector<CaseId> twice = {id(0), id(0)};
  CHECK(account(twice, {}, {End::suite_died}).size() == 1);
}
