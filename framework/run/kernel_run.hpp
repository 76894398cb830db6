// SPDX-License-Identifier: GPL-2.0-or-later
// One kernel: bring a testbed up, run the suites on it, account for every planned case.
#pragma once

#include <vector>

#include "framework/run/bring_up.hpp"
#include "framework/run/progress.hpp"
#include "framework/run/run_folder.hpp"
#include "framework/run/suite_program.hpp"

namespace refrag::run {

struct KernelJob {
  kernels::KernelBuild build;
  std::vector<verdict::CaseId> cases;  // planned, of all suites
};

// Writes records into the folder as they come: afterwards every planned case has one. Throws what
// bring_up throws, and Stopped (after accounting).
void run_kernel(const KernelJob& job, const TestbedKind& kind,
                const std::vector<SuiteProgram>& suites, RunFolder& folder, Progress& progress,
                base::Deadline deadline);

}  // namespace refrag::run
