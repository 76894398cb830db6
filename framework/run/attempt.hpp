// SPDX-License-Identifier: GPL-2.0-or-later
// One attempt at one kernel: bring a testbed up, run the suites on it, account for every case, look
// through the logs.
#pragma once

#include <vector>

#include "framework/run/ignored_splats.hpp"
#include "framework/run/matrix.hpp"
#include "framework/run/progress.hpp"
#include "framework/run/run_folder.hpp"
#include "framework/verdict/expectation.hpp"

namespace refrag::run {

// What all kernels of a run share.
struct Shared {
  const TestbedKind& kind;
  const std::vector<SuiteProgram>& suites;
  const std::vector<IgnoredSplat>& ignored;
  const verdict::KnownBugs& bugs;
  RunFolder& folder;
  Progress& progress;
  bool explain = false;  // as in Options
  bool keep = false;
};

// Writes records into the folder as they come: afterwards every case has one, and these are
// returned. Throws Stopped (after accounting), NotKept, and Error when it is a bug of ours; what
// the lab cannot do is in the records.
std::vector<verdict::CaseRecord> run_attempt(const KernelJob& job,
                                             const std::vector<verdict::CaseId>& cases, int number,
                                             const Shared& shared, base::Deadline deadline);

// The same for a kernel that is not booted, for a reason that is known.
void account_for_unbooted(const KernelJob& job, const std::vector<verdict::CaseId>& cases,
                          const Shared& shared);

}  // namespace refrag::run
