// SPDX-License-Identifier: GPL-2.0-or-later
// A finding for somebody who does not have this project: a script that shows it on one plain
// machine (namespaces, ip, nft, ping), and the text of a report about it.
#pragma once

#include <optional>
#include <string>

#include "reports/run.hpp"

namespace refrag::reports {

// The case that shows a kernel's finding with the least: of the lost echoes the smallest, untagged
// before tagged. None when nothing was lost.
const verdict::CaseRecord* smallest_loss(const KernelRun& kernel);

// For a POSIX shell and root. Exits 0 when the echo crosses, 1 when it is lost and a small one is
// not, 125 when that cannot be told: what `git bisect run` wants. Takes down what it has set up.
std::string reproducer(const verdict::CaseRecord& loss, int mtu);

// Kernel, setting, expected, seen, frames; plain text.
std::string bug_report(const KernelRun& kernel, const verdict::CaseRecord& loss, int mtu);

// Writes both into OUT/reproduce/ for every kernel that has a loss.
void write_reproducers(const Run& run, const base::fs::path& out);

}  // namespace refrag::reports
