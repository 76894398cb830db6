// SPDX-License-Identifier: GPL-2.0-or-later
// The reports as files in a folder, by the names of their formats.
#pragma once

#include <string>
#include <vector>

#include "reports/junit.hpp"
#include "reports/run.hpp"

namespace refrag::reports {

// junit (a folder), html, json, ktap, kcidb.
const std::vector<std::string>& formats();

// "report.html"; "junit" is a folder.
std::string file_of(const std::string& format);

// Each file appears whole or not at all. Throws Error (lab) when one cannot be written.
void write_report(const Run& run, const std::string& format, const base::fs::path& folder,
                  Dialect dialect = Dialect::strict);

}  // namespace refrag::reports
