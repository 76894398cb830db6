// SPDX-License-Identifier: GPL-2.0-or-later
// Cells × sizes of one kernel as text: a row for each cell, a column for each size, and a bar
// before the first size that leaves in fragments.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/verdict/result.hpp"
#include "reports/table.hpp"

namespace refrag::reports {

struct Grid {
  struct Row {
    std::vector<std::string> labels;                    // values of the axes
    std::map<int, const verdict::CaseRecord*> results;  // by size
  };
  std::vector<std::string> axes;
  std::vector<Row> rows;  // both directions in one where they came to the same
  std::set<int> sizes;
};

// The cases have a size each and outlive the grid.
Grid grid_of(std::span<const verdict::CaseRecord* const> cases);

// Sizes that do not fit the width go on below.
std::string draw(const Grid& grid, int mtu, TableStyle style);

// "ok", "LOST", "brkn": what stands in a field; five letters at most.
std::string_view word_of(const verdict::Judgement& judgement);

std::string coloured(std::string_view text, verdict::Outcome outcome, TableStyle style);
std::string bold(std::string_view text, TableStyle style);

}  // namespace refrag::reports
