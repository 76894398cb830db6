// SPDX-License-Identifier: GPL-2.0-or-later
// Two runs in words. Kernels are paired by the spec they were asked by (a series, or a file that
// is built again) and, failing that, by label; a trouble is paired by its name, which is a
// signature's and not a test's.
#pragma once

#include <string>
#include <vector>

#include "reports/run.hpp"
#include "reports/table.hpp"

namespace refrag::reports {

enum class Change {
  appeared,       // it is there and was not before; of its cases some passed before
  still_failing,  // in both
  fixed,          // it was there; now the same cases pass
  never_passed,   // it is there; before, its kernel or its cases were not run or proved nothing
  intermittent,   // in both, and attempts at its cases disagreed
  gone,           // it was there; now its kernel or its cases were not run, or proved nothing
};

std::string_view to_text(Change change);

struct Difference {
  Change change = Change::appeared;
  std::string kernel;      // as the newer run calls it, else as the older one does
  std::string trouble;     // its name
  std::string text;        // what it means
  bool is_finding = true;  // false: broken, or a known bug where it should be
};

// In the order of Change, then of kernels.
std::vector<Difference> compare(const Run& before, const Run& after);

// A finding that was not there before: what makes exit code 1.
bool is_new(const Difference& difference);

std::string words(const std::vector<Difference>& differences, TableStyle style = {});

}  // namespace refrag::reports
