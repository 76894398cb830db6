// SPDX-License-Identifier: GPL-2.0-or-later
// Cases counted: what every report puts first, and the exit code that it stands for.
#pragma once

#include <array>
#include <set>

#include "reports/run.hpp"

namespace refrag::reports {

struct Tally {
  std::array<int, 6> outcomes = {};  // as judged, by Outcome
  int expected_failures = 0;         // of those failed: known bugs
  int unexpected_passes = 0;         // of those passed: known bugs that are not there
  int violations = 0;                // of the cases: found, not planned (suite transparency)
  int flaky = 0;                     // attempts disagreed

  int of(verdict::Outcome outcome) const { return outcomes.at(static_cast<std::size_t>(outcome)); }
  int cases() const;
  // Findings that nobody expected.
  int news() const;
  Tally& operator+=(const Tally& other);
};

Tally tally_of(const KernelRun& kernel);
Tally tally_of(const Run& run);

// Cases whose attempts, made to their end, came to different outcomes.
std::set<verdict::CaseId> flaky_cases(const KernelRun& kernel);

// 0 everything as expected, 1 findings, 3 nothing ran, 4 broken.
int exit_code(const Tally& tally);
// The same; 4 as long as a task of a manifest has no result.
int exit_code(const Run& run);

// The word for a kernel as a whole: the outcome of its worst case, "expected failure" when that is
// a known bug, "unexpected pass" when nothing is worse.
std::string standing_word(const Tally& tally);

}  // namespace refrag::reports
