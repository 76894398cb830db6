// SPDX-License-Identifier: GPL-2.0-or-later
// The table for terminals: for each kernel cells × sizes, the edge in words and a reason of each
// kind under it, and one line a kernel at the end. Every colour has a word beside it.
#pragma once

#include <string>

#include "reports/run.hpp"

namespace refrag::reports {

struct TableStyle {
  bool colour = false;
  std::size_t width = 100;  // columns; 0: as long as it takes
};

std::string table(const Run& run, TableStyle style = {});

}  // namespace refrag::reports
