// SPDX-License-Identifier: GPL-2.0-or-later
// Several attempts at one case, each on a testbed of its own, and what they come to. All of them
// are kept; what is settled here is which of them speaks for the case.
#pragma once

#include <span>

#include "framework/verdict/result.hpp"

namespace refrag::verdict {

struct Settled {
  CaseRecord result;   // the attempt that speaks for the case
  bool flaky = false;  // attempts that were made to their end disagree
};

// The worst finding of any attempt: a loss that did not come again was a loss. Without a finding
// the last attempt that proved something (passed, skipped), else the last one. What was stopped
// before its end was no attempt. There has to be at least one.
Settled settle(std::span<const CaseRecord> attempts);

// Whether a fresh testbed could tell more: our own fault, or a finding that may be chance.
bool is_worth_another(const Judgement& judgement);

// The case has no result of its own: the run was stopped or killed before it.
bool is_undone(const Judgement& judgement);

}  // namespace refrag::verdict
