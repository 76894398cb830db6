// SPDX-License-Identifier: GPL-2.0-or-later
// What was found beside the cases that were planned, as cases: splats in a log, and a bridge's
// violations of transparency.
#pragma once

#include "reports/run.hpp"

namespace refrag::reports {

// Adds them to the kernel's cases, one for each fault and machine, kind and cell.
void add_findings(KernelRun& kernel);

// The splat that a case of kernel_log stands for; none for other cases.
const verdict::SplatRecord* splat_of(const KernelRun& kernel, const verdict::CaseId& id);

// The same for a case of transparency.
const verdict::ViolationRecord* violation_of(const KernelRun& kernel, const verdict::CaseId& id);

}  // namespace refrag::reports
