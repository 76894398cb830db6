// SPDX-License-Identifier: GPL-2.0-or-later
// refrag report: makes a run's reports again, from its folder alone.
#include <memory>

#include <CLI/CLI.hpp>

#include "framework/cli/command.hpp"
#include "framework/cli/reports.hpp"
#include "reports/write.hpp"

namespace refrag::cli {

void declare_report(CLI::App& app, Action& chosen) {
  struct Given {
    ReportOptions options;
    std::string dialect = "strict";
  };
  const auto given = std::make_shared<Given>();
  auto& options = given->options;
  auto formats = reports::formats();
  formats.emplace_back("table");
  auto* report = app.add_subcommand("report", "make reports again from the folders of runs");
  report->add_option("RUNDIR", options.folders, "folders of runs, of shards of one too")
      ->required();
  report->add_option("--format", options.formats, "default: table, junit, html, json")
      ->check(CLI::IsMember(formats))
      ->delimiter(',');
  report->add_option("--dialect", given->dialect, "of JUnit: what all readers take, or more")
      ->check(CLI::IsMember({"strict", "rich"}))
      ->capture_default_str();
  report->add_option("--out", options.out, "where they go (default: the run's folder)")
      ->type_name("DIR");
  report->add_option("--known-bugs", options.known_bugs, "instead of the built-in table")
      ->type_name("FILE");
  report->add_flag("--rejudge", options.rejudge,
                   "judge the stored evidence, captures too, again by today's rules; the run's own "
                   "records stay");
  report->add_flag("--explain", options.explain,
                   "with the table: the whole story of every failed case that was looked into");
  report->callback([given, &chosen] {
    given->options.is_rich = given->dialect == "rich";
    chosen = [given] { return make_reports(given->options); };
  });
}

}  // namespace refrag::cli
