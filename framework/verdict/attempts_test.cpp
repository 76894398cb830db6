// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/attempts.hpp"

#include "framework/base/catch.hpp"
#include "framework/verdict/account.hpp"

using namespace refrag::verdict;

namespace {

CaseRecord attempt(Outcome outcome, int number, const std::string& kind = "Kind") {
  return {{"s", "c", "k", {}}, {outcome, kind, "why"}, {}, 0, number};
}

CaseRecord stopped(int number) { return attempt(Outcome::broken, number, "Stopped"); }

using enum Outcome;

}  // namespace

TEST_CASE("a loss that does not come again stays a finding and is called flaky", "[verdict]") {
  const std::vector<CaseRecord> attempts{attempt(failed, 1), attempt(passed, 2)};
  const auto settled = settle(attempts);
  CHECK(settled.flaky);
  CHECK(settled.result == attempts[0]);
}

TEST_CASE("a lab that failed does not outlive the attempt that proved something", "[verdict]") {
  for (const auto outcome : {passed, skipped, failed, hung, crashed}) {
    const std::vector<CaseRecord> attempts{attempt(broken, 1), attempt(outcome, 2)};
    CHECK(settle(attempts).flaky);
    CHECK(settle(attempts).result.judgement.outcome == outcome);
    const std::vector<CaseRecord> turned{attempts[1], attempts[0]};
    CHECK(settle(turned).result.judgement.outcome == outcome);
  }
}

TEST_CASE("of two findings the worse speaks, of two equal attempts the later", "[verdict]") {
  CHECK(settle(std::vector{attempt(crashed, 1), attempt(failed, 2)}).result.attempt == 1);
  const auto steady = settle(std::vector{attempt(failed, 1), attempt(failed, 2)});
  CHECK_FALSE(steady.flaky);
  CHECK(steady.result.attempt == 2);
}

TEST_CASE("three attempts are flaky when any two disagree", "[verdict]") {
  const auto settled =
      settle(std::vector{attempt(failed, 1), attempt(passed, 2), attempt(failed, 3)});
  CHECK(settled.flaky);
  CHECK(settled.result.attempt == 3);
}

TEST_CASE("what was stopped was no attempt", "[verdict]") {
  const auto resumed = settle(std::vector{stopped(1), attempt(passed, 1)});
  CHECK_FALSE(resumed.flaky);
  CHECK(resumed.result.judgement.outcome == passed);
  const auto again = settle(std::vector{attempt(failed, 1), stopped(2)});
  CHECK_FALSE(again.flaky);
  CHECK(again.result.judgement.outcome == failed);
  CHECK(is_undone(settle(std::vector{stopped(1)}).result.judgement));
}

TEST_CASE("only what a fresh testbed could change is worth another attempt", "[verdict]") {
  CHECK(is_worth_another({failed, "PacketLoss", ""}));
  CHECK(is_worth_another({broken, "LabFailed", ""}));
  CHECK_FALSE(is_worth_another({passed, "", ""}));
  CHECK_FALSE(is_worth_another({skipped, "KernelUnfit", ""}));
  CHECK_FALSE(is_worth_another(judge_ending({End::stopped, "by a signal"})));
}
