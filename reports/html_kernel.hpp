// SPDX-License-Identifier: GPL-2.0-or-later
// The part of the page about one kernel: what it is, its strips of sizes, every failure with its
// reason and the command that repeats it, phases, splats, evidence.
#pragma once

#include <string>

#include "reports/heat.hpp"

namespace refrag::reports {

struct KernelPage {
  const Run& run;
  const KernelRun& kernel;
  const Fields& fields;
  const std::vector<Column>& columns;
  std::string id;         // of the element; its strips are ID-c0, ID-c1, ... by column
  base::fs::path folder;  // where the page is
  bool is_open = false;
};

std::string html_of(const KernelPage& page);

// "tag=vlan3, nf=1, dir=a>b", or the name of the case that has no cell; not escaped.
std::string column_text(const Column& column);

}  // namespace refrag::reports
