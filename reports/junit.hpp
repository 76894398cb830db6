// SPDX-License-Identifier: GPL-2.0-or-later
// JUnit in the strict dialect, which every reader we know accepts; reports/junit-strict.xsd is its
// schema. One file a kernel and suite: some readers drop nested suites, and refuse large files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/base/files.hpp"
#include "reports/run.hpp"

namespace refrag::reports {

struct JUnitFile {
  std::string name;  // "6.1.0-42-amd64.vlan_ping_sizes.xml"
  std::string xml;
};

// `rich` adds what some readers use and others refuse: properties and output of a case,
// attachments, the attempts that were made again.
enum class Dialect { strict, rich };

std::vector<JUnitFile> junit(const Run& run, Dialect dialect = Dialect::strict);
// One file at a time, so that they are not all in memory.
void junit(const Run& run, Dialect dialect, const std::function<void(JUnitFile)>& take);

// Writes them into the folder (made when it is not there), each at once. Throws Error.
std::vector<base::fs::path> write_junit(const Run& run, const base::fs::path& folder,
                                        Dialect dialect = Dialect::strict);

}  // namespace refrag::reports
