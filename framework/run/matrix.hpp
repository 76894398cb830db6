// SPDX-License-Identifier: GPL-2.0-or-later
// Kernels × guests' kernels as jobs: one testbed each, with the cases that are to run on it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "framework/kernels/build.hpp"
#include "framework/run/bring_up.hpp"
#include "framework/run/options.hpp"
#include "framework/run/suite_program.hpp"
#include "framework/verdict/account.hpp"

namespace refrag::run {

inline constexpr int mtu = 1500;  // bytes of IP; an axis of its own in a later suite

// Fetching packages and building a replica takes minutes on a slow line.
inline constexpr auto opening = std::chrono::minutes(30);

struct KernelJob {
  kernels::KernelBuild build;  // its label is unique in the run; when it could not be opened
                               // there is only that and the spec
  std::string guest;           // spec of the guests' kernel; empty: the testbed's own
  std::string given_guest;     // as it was given: "same", or the same as `guest`
  verdict::Ending verdict;     // not finished: why nothing is booted for it
  std::vector<verdict::CaseId> cases;  // planned, of all suites
};

// Opens them all; what cannot be opened or tested here has its reason in `verdict`. Throws the
// reason when no kernel could be opened.
std::vector<KernelJob> open_jobs(const Options& options, const TestbedKind& kind);

// Gives every job its selected cases of this shard; how many there are in all. Throws Error
// (nothing) when there are none.
int plan_cases(const Options& options, const std::vector<SuiteProgram>& suites,
               std::vector<KernelJob>& jobs);

}  // namespace refrag::run
