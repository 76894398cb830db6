// SPDX-License-Identifier: GPL-2.0-or-later
// Machines' reports, each made from the run alone:
//   JSON    everything, as reports/report.schema.json says
//   KTAP    the kernel's own test format (Documentation/dev-tools/ktap.rst), version 1
//   KCIDB   KernelCI's submission format, I/O schema 5.3 (kcidb-io, kcidb_io/schema/v05_03.py)
#pragma once

#include <iosfwd>

#include "reports/run.hpp"

namespace refrag::reports {

inline constexpr int report_schema = 1;

void write_json(const Run& run, std::ostream& out);
void write_ktap(const Run& run, std::ostream& out);
void write_kcidb(const Run& run, std::ostream& out);

}  // namespace refrag::reports
