// SPDX-License-Identifier: GPL-2.0-or-later
// Where a result can be looked at again: the files that its kernel left, and the command that
// repeats it.
#pragma once

#include <string>
#include <vector>

#include "reports/run.hpp"

namespace refrag::reports {

// Consoles and logs of one kernel, sorted; none when the run is from no folder.
std::vector<base::fs::path> evidence_files(const Run& run, const KernelRun& kernel);

// Its sweep's frames, a path in the run's folder; empty where nobody kept them.
std::string capture_of(const KernelRun& kernel, const verdict::CaseRecord& result);

// "refrag run --testbed wire --kernel debian:6.1 --suite s --select 'nf=1,size=1477'" for a shell.
// Without a case: all of the kernel. Empty when the kernel's spec is not known.
std::string repeat_command(const Run& run, const KernelRun& kernel, const verdict::CaseId* id);

}  // namespace refrag::reports
