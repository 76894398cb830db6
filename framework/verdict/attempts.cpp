// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/attempts.hpp"

#include <algorithm>
#include <vector>

#include "framework/verdict/account.hpp"

namespace refrag::verdict {

namespace {

// Of two findings the worse speaks, of two others the one that proved something, else the later.
int weight(const CaseRecord& attempt) {
  const auto outcome = attempt.judgement.outcome;
  if (is_undone(attempt.judgement)) return -1;
  if (is_finding(outcome)) return 1 + static_cast<int>(outcome);
  return outcome == Outcome::broken ? 0 : 1;
}

}  // namespace

bool is_undone(const Judgement& judgement) {
  return judgement.kind == judge_ending({End::stopped}).kind;
}

bool is_worth_another(const Judgement& judgement) {
  return judgement.outcome >= Outcome::broken && !is_undone(judgement);
}

Settled settle(std::span<const CaseRecord> attempts) {
  const auto at_least = [](const CaseRecord& a, const CaseRecord& b) {
    return weight(a) <= weight(b);
  };
  const CaseRecord* speaks = &attempts.front();
  bool flaky = false;
  for (const auto& next : attempts.subspan(1)) {
    const bool both_done = !is_undone(speaks->judgement) && !is_undone(next.judgement);
    flaky |= both_done && speaks->judgement.outcome != next.judgement.outcome;
    if (at_least(*speaks, next)) speaks = &next;
  }
  return {*speaks, flaky};
}

}  // namespace refrag::verdict
