// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/kernel_run.hpp"

namespace refrag::run {

namespace {

// As long as the last attempt took there has to be left for the next, or it would hang by our
// doing.
bool has_time(base::Deadline deadline, double last_took) {
  return std::chrono::duration<double>(deadline.remaining()).count() > last_took;
}

}  // namespace

void run_kernel(const KernelJob& job, const Shared& shared, History history, int retries,
                base::Deadline deadline) {
  const auto& label = job.build.label;
  const bool findings_expected = !job.build.replica.empty();
  shared.progress.kernel(label);
  double took = 0;
  for (int number = 1; number <= 1 + retries; ++number) {
    const auto cases = history.due(job.cases, number, findings_expected);
    if (cases.empty()) continue;
    if (job.verdict.end != verdict::End::finished) {
      account_for_unbooted(job, cases, shared);
      break;
    }
    if (!has_time(deadline, took)) break;
    if (number > 1) shared.progress.attempt_again(label, number, cases.size());
    const base::Stopwatch watch;
    for (const auto& done : run_attempt(job, cases, number, shared, deadline)) history.add(done);
    took = watch.seconds();
  }
  shared.progress.kernel_done(label);
}

}  // namespace refrag::run
