// SPDX-License-Identifier: GPL-2.0-or-later
// One kernel: attempts until every planned case has a result that no fresh testbed could change.
#pragma once

#include "framework/run/attempt.hpp"
#include "framework/run/history.hpp"

namespace refrag::run {

// `history` is what an earlier runner left. All attempts share the deadline, and none is begun that
// is not expected to be done by then. Throws what run_attempt throws.
void run_kernel(const KernelJob& job, const Shared& shared, History history, int retries,
                base::Deadline deadline);

}  // namespace refrag::run
