// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/tally.hpp"

#include <map>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/verdict/attempts.hpp"

namespace refrag::reports {

using verdict::Outcome;
using verdict::Standing;

int Tally::cases() const { return std::accumulate(outcomes.begin(), outcomes.end(), 0); }

int Tally::news() const {
  return of(Outcome::failed) + of(Outcome::hung) + of(Outcome::crashed) - expected_failures +
         unexpected_passes;
}

Tally& Tally::operator+=(const Tally& other) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes.at(i) += other.outcomes.at(i);
  expected_failures += other.expected_failures;
  unexpected_passes += other.unexpected_passes;
  violations += other.violations;
  flaky += other.flaky;
  return *this;
}

std::set<verdict::CaseId> flaky_cases(const KernelRun& kernel) {
  std::set<verdict::CaseId> flaky;
  if (kernel.earlier.empty()) return flaky;
  std::map<verdict::CaseId, Outcome> results;
  for (const auto& one : kernel.cases) results[one.id] = one.judgement.outcome;
  for (const auto& one : kernel.earlier) {
    const bool disagrees = results[one.id] != one.judgement.outcome;
    if (disagrees && !verdict::is_undone(one.judgement)) flaky.insert(one.id);
  }
  return flaky;
}

Tally tally_of(const KernelRun& kernel) {
  Tally tally;
  for (const auto& one : kernel.cases) {
    ++tally.outcomes.at(static_cast<std::size_t>(one.judgement.outcome));
    tally.violations += one.id.suite == transparency ? 1 : 0;
    const auto standing = kernel.expected.of(one);
    tally.expected_failures += standing == Standing::expected_failure ? 1 : 0;
    tally.unexpected_passes += standing == Standing::unexpected_pass ? 1 : 0;
  }
  tally.flaky = static_cast<int>(flaky_cases(kernel).size());
  return tally;
}

Tally tally_of(const Run& run) {
  Tally all;
  for (const auto& kernel : run.kernels) all += tally_of(kernel);
  return all;
}

int exit_code(const Tally& tally) {
  if (tally.news() > 0) return 1;
  if (tally.of(Outcome::broken) > 0) return static_cast<int>(base::Fault::lab);
  const bool ran = tally.of(Outcome::passed) + tally.expected_failures > 0;
  return ran ? 0 : static_cast<int>(base::Fault::nothing);
}

int exit_code(const Run& run) {
  return run.missing > 0 ? static_cast<int>(base::Fault::lab) : exit_code(tally_of(run));
}

std::string standing_word(const Tally& tally) {
  for (const auto outcome : {Outcome::crashed, Outcome::hung}) {
    if (tally.of(outcome) > 0) return std::string(to_text(outcome));
  }
  if (tally.of(Outcome::failed) > tally.expected_failures) return "failed";
  if (tally.unexpected_passes > 0) return "unexpected pass";
  if (tally.of(Outcome::broken) > 0 || tally.cases() == 0) return "broken";
  if (tally.expected_failures > 0) return "expected failure";
  return tally.of(Outcome::passed) > 0 ? "passed" : "skipped";
}

}  // namespace refrag::reports
