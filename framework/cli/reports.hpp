// SPDX-License-Identifier: GPL-2.0-or-later
// Every report of a run, made from its folder alone.
#pragma once

#include "framework/base/files.hpp"

namespace refrag::cli {

// Writes junit/, prints the table on stdout, and returns the exit code that the results stand for:
// 0 all passed, 1 findings, 3 nothing ran, 4 broken. Throws Error (usage) for a folder without a
// run.
int make_reports(const base::fs::path& folder);

}  // namespace refrag::cli
