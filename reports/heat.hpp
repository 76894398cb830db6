// SPDX-License-Identifier: GPL-2.0-or-later
// Kernels × cells: what stands in each field of the page's heat map, and the strip of sizes that
// is behind it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/run.hpp"

namespace refrag::reports {

// A column: the cell of a case, or a case that has none (a suite's end, the kernel's log).
struct Column {
  std::string suite;  // and case: "vlan_ping_sizes/echo"
  verdict::Cell cell;

  auto operator<=>(const Column&) const = default;
};

Column column_of(const verdict::CaseId& id);

// In the order in which they first appear.
std::vector<Column> columns_of(const Run& run);

// How a case or a field looks; every style has a word and a sign beside its colour.
struct Look {
  std::string style;  // a class of the page: "passed", "failed", "expected", ...
  std::string sign;
  std::string word;  // "ok", "LOST", "known"

  auto operator<=>(const Look&) const = default;
};

Look look_of(const KernelRun& kernel, const verdict::CaseRecord& one);

// Consecutive sizes that came to the same.
struct Stretch {
  Look look;
  std::vector<int> sizes;
};

struct Field {
  Look look = {};  // of the worst case
  int worst = 0;   // cases that look like that
  int cases = 0;
  std::vector<Stretch> strip = {};  // empty for cases without sizes
};

using Fields = std::map<Column, Field>;
Fields fields_of(const KernelRun& kernel);

}  // namespace refrag::reports
