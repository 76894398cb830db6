// SPDX-License-Identifier: GPL-2.0-or-later
// Every report of a run, made from its folder alone.
#pragma once

#include <string>
#include <vector>

#include "framework/base/files.hpp"
#include "framework/verdict/known_bugs.hpp"

namespace refrag::cli {

struct ReportOptions {
  std::vector<base::fs::path> folders = {};
  std::vector<std::string> formats =
      {};                          // "table" and those of reports::formats(); empty: the usual
  bool is_rich = false;            // JUnit's dialect
  base::fs::path out = {};         // empty: the run's folder
  base::fs::path known_bugs = {};  // empty: what bugs_of() says
  bool rejudge = false;            // by today's judge, from the stored evidence
  bool explain = false;            // with the table: the story of each case that has one
};

// The table that is given, else the one that the first of the runs to have its own was begun with,
// else the built-in one. Throws Error (usage).
verdict::KnownBugs bugs_of(const std::vector<base::fs::path>& folders, const base::fs::path& given);

// Writes files, prints the table on stdout, and returns the exit code that the results stand for:
// 0 as expected, 1 findings, 3 nothing ran, 4 broken. Throws Error (usage) for a folder without a
// run.
int make_reports(const ReportOptions& options);

// The usual ones, into the run's own folder.
inline int make_reports(const base::fs::path& folder) {
  return make_reports(ReportOptions{.folders = {folder}});
}

// Columns of stdout's terminal, or what fits most logs.
std::size_t stdout_width();

}  // namespace refrag::cli
