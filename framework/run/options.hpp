// SPDX-License-Identifier: GPL-2.0-or-later
// What a run is asked to do.
#pragma once

#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"

namespace refrag::run {

struct Options {
  std::vector<std::string> kernels;  // specs (kernels/spec.hpp), at least one
  std::vector<std::string> suites;   // names; none: all there are
  std::vector<std::string> select;   // expressions (plan/select.hpp); none: everything
  std::string testbed = "xen";
  base::fs::path out;  // none: default_run_folder()
  bool plan_only = false;
  base::Clock::duration deadline = std::chrono::minutes(30);  // for each kernel
};

// Runs it; everything it saw is in the folder afterwards, also when this throws Error: usage for a
// bad spec, suite or selection, nothing when nothing was selected, lab when this machine cannot do
// it. With plan_only it prints the ids of the cases on stdout and writes nothing.
void run(const Options& options);

}  // namespace refrag::run
