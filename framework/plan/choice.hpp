// SPDX-License-Identifier: GPL-2.0-or-later
// Which cells of a table of axes are run: all combinations, all pairs of values, or a suite's own
// choice; and as many of them as a budget of time allows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/plan/cases.hpp"

namespace refrag::plan {

enum class Choice { standard, pairwise, full };

// "default", "pairwise", "full". Throws Error (usage).
Choice parse_choice(std::string_view text);

// A cell that makes no sense: a value that changes nothing beside another one, or contradicts it.
// Also asked about beginnings of cells, in which later axes are as usual: nothing that begins with
// a senseless one is made.
using Senseless = bool (*)(const verdict::Cell&);

// All combinations that make sense, the last axis changing fastest. An axis whose value is its
// first is left out of a cell unless `always` names it: ids say what is unusual.
std::vector<verdict::Cell> all_cells(const std::vector<Axis>& axes,
                                     const std::vector<std::string>& always, Senseless senseless);

// A small selection of them in which every pair of values that any cell has together is still
// there. Greedy, and the same each time.
std::vector<verdict::Cell> pairwise(const std::vector<verdict::Cell>& cells);

}  // namespace refrag::plan
