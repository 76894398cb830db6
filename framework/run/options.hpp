// SPDX-License-Identifier: GPL-2.0-or-later
// What a run is asked to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"
#include "framework/plan/shard.hpp"
#include "framework/verdict/manifest.hpp"

namespace refrag::run {

// Guests that run the kernel under test themselves.
inline constexpr const char* same_kernel = "same";

struct Options {
  std::vector<std::string> kernels;        // specs (kernels/spec.hpp), at least one
  std::vector<std::string> guest_kernels;  // specs or same_kernel, each with every kernel; none:
                                           // the testbed's own
  std::vector<std::string> suites;         // names; none: all but those on demand
  std::string axes = "default";            // which cells of a suite: or "pairwise", "full"
  std::optional<double> budget = {};  // seconds for each kernel's cells: as many as that allows
  std::vector<std::string> select;    // expressions (plan/select.hpp); none: everything
  std::string testbed = "xen";
  base::fs::path out;  // none: default_run_folder()
  bool plan_only = false;
  base::Clock::duration deadline = std::chrono::minutes(30);  // for each kernel
  plan::Shard shard = {};
  int jobs = 1;               // hosts at once; 0: as many as this machine has room for
  int retries = 0;            // further attempts, on a fresh testbed each, at what did not pass
  bool resume = false;        // `out` holds a run of these options that did not come to its end
  base::fs::path known_bugs;  // a table instead of the built-in one; what it expects of a kernel is
                              // worth no further attempt
  bool explain = false;       // every failed case, not the smallest of each cell alone
  bool keep = false;          // the captures of sweeps that passed, too
  std::vector<base::fs::path> ignored_splats;  // further lists (run/splat_log.hpp)
  std::optional<verdict::Task> task = {};      // the one of a manifest that this is: its label, and
                                               // its inputs have to be what they were
};

// Runs it; everything it saw is in the folder afterwards, also when this throws Error: usage for a
// bad spec, suite or selection, nothing when nothing was selected, lab when this machine cannot do
// it. A kernel that cannot be opened or tested costs its own cases only, unless it is the only one.
// With plan_only it prints the ids of the cases on stdout and writes nothing.
void run(const Options& options);

// The command line that asks for the same (without --out and --resume), and what it asks for is
// what is asked here when it is run in the same folder.
std::vector<std::string> command_of(const Options& options);

}  // namespace refrag::run
