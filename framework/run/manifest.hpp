// SPDX-License-Identifier: GPL-2.0-or-later
// A run given away: written as a manifest (verdict/manifest.hpp), and worked off task by task.
#pragma once

#include <functional>

#include "framework/run/options.hpp"
#include "framework/verdict/manifest.hpp"

namespace refrag::run {

// Opens every kernel, writes one task for each kernel and suite, and returns them. Throws Error:
// usage when there is such a file already or a kernel cannot be opened, nothing when no case is
// selected.
std::vector<verdict::Task> write_manifest(const Options& options, const base::fs::path& file);

// Runs one task of a manifest in a new attempt's folder: `report` makes the reports of that folder
// and returns its exit code, which is written down as the last thing and returned. Waits for its
// turn on this host. What has changed since the manifest was written makes all its cases broken.
// Throws Error (usage) for a number that is no task's, and what run() throws: such an attempt never
// came to its end.
int run_task(const base::fs::path& manifest, int number,
             const std::function<int(const base::fs::path& folder)>& report);

}  // namespace refrag::run
