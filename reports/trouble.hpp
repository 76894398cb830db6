// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with a kernel, by names that are the same on every kernel and in every run: a
// signature, a way of dying, a splat's fingerprint, a known bug that is not there.
#pragma once

#include <string>
#include <vector>

#include "reports/run.hpp"

namespace refrag::reports {

struct Trouble {
  std::string name;  // "vlan-not-refragmented", "crashed: HostCrashed", "kernel_log/host:oops:f|g"
  std::string text;  // what it means here, or the first reason
  verdict::Outcome outcome = verdict::Outcome::failed;
  verdict::Standing standing = verdict::Standing::as_judged;
  int cases = 0;

  // A finding that nobody expected.
  bool is_news() const;
};

// The worst first; broken cases are among them, skipped ones are not.
std::vector<Trouble> troubles_of(const KernelRun& kernel);

// The kernels of a run, as indices: oldest version first, of one version the earlier run first.
std::vector<std::size_t> by_version(const Run& run);

// Where in a run a trouble is.
struct Spread {
  Trouble trouble;                  // as on the first kernel
  std::vector<std::size_t> places;  // in by_version()
  int cases = 0;
};

// News first, then the worst first.
std::vector<Spread> spread_of(const Run& run, const std::vector<std::size_t>& order);

}  // namespace refrag::reports
