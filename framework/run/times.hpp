// SPDX-License-Identifier: GPL-2.0-or-later
// How long things took the last time on this machine, and so how long a plan will take. Kept in the
// cache, one file a testbed.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/verdict/result.hpp"

namespace refrag::run {

struct Times {
  double up = 0;                       // seconds from nothing to the first suite
  std::map<std::string, double> cell;  // by suite: seconds a cell, what is between them included

  // Nullopt when the records have no kernel that got as far as a suite.
  static std::optional<Times> of(std::span<const verdict::Record> records);

  static std::optional<Times> last(const std::string& testbed);
  void keep(const std::string& testbed) const;  // best effort: nothing depends on it

  // Seconds for one kernel with these cases.
  double of_kernel(std::span<const verdict::CaseId> cases) const;
};

// Seconds until all are done, `workers` at a time, begun in order.
double together(std::span<const double> seconds, int workers);

// "40 s", "12 min", "3.5 h"
std::string duration_text(double seconds);

}  // namespace refrag::run
