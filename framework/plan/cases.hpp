// SPDX-License-Identifier: GPL-2.0-or-later
// What a suite sweeps, as data, and the cases that makes on a kernel.
#pragma once

#include <string>
#include <vector>

#include "framework/verdict/cell.hpp"

namespace refrag::plan {

struct Axis {
  std::string name;
  std::vector<std::string> values;
};

struct SuiteShape {
  std::string suite;  // the suite program's folder
  std::string name;   // the case
  std::vector<Axis> axes;
  std::vector<verdict::Cell> cells = {};  // instead of all combinations, each with sizes_in()
};

// Payload sizes worth sending at an MTU, sorted, each once: nothing, ping's default, both sides of
// what leaves unfragmented, both sides of the same with a VLAN tag subtracted once too often
// (MTU - 24; also sent untagged, as the control), two full fragments and one byte more, many
// fragments, the largest that IPv4 carries. Throws Error (usage) for an MTU below 68.
std::vector<int> sizes_for(int mtu);

// The same for a cell with axes of its own (verdict/axes.hpp), by the MTUs of its endpoints and of
// its ports and for its family. Where nothing may be fragmented only what need not be. `mtu` is the
// run's.
std::vector<int> sizes_in(const verdict::Cell& cell, int mtu);

// All combinations of the axes' values, the last axis changing fastest.
std::vector<verdict::Cell> cells_of(const SuiteShape& shape);

// cells × sizes on one kernel.
std::vector<verdict::CaseId> cases_of(const SuiteShape& shape, const std::string& kernel, int mtu);

}  // namespace refrag::plan
