// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/kernel_run.hpp"

#include "framework/verdict/signature.hpp"

namespace refrag::run {

namespace {

// As long as the last attempt took there has to be left for the next, or it would hang by our
// doing.
bool has_time(base::Deadline deadline, double last_took) {
  return std::chrono::duration<double>(deadline.remaining()).count() > last_took;
}

// A bug that was put in is looked for; what the table says of this kernel is known.
History::IsExpected expected_of(const KernelJob& job, const Shared& shared,
                                const History& history) {
  if (!job.build.replica.empty()) return [](const auto&) { return true; };
  const auto name = verdict::signature_of(history.settled(job.cases), mtu, shared.bugs).name;
  const verdict::KernelRecord kernel{
      .label = job.build.label,
      .release = job.build.release,
      .properties = {{verdict::property::version, job.build.version}}};
  return [known = verdict::expectation_of(shared.bugs, verdict::version_of(kernel), name, mtu)](
             const verdict::CaseRecord& finding) {
    return known.of(finding) == verdict::Standing::expected_failure;
  };
}

}  // namespace

void run_kernel(const KernelJob& job, const Shared& shared, History history, int retries,
                base::Deadline deadline) {
  const auto& label = job.build.label;
  shared.progress.kernel(label);
  double took = 0;
  for (int number = 1; number <= 1 + retries; ++number) {
    const auto cases = history.due(job.cases, number, expected_of(job, shared, history));
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
