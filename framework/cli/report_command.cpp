// SPDX-License-Identifier: GPL-2.0-or-later
// refrag report: makes a run's reports again, from its folder alone.
#include <memory>

#include <CLI/CLI.hpp>

#include "framework/cli/command.hpp"
#include "framework/cli/reports.hpp"

namespace refrag::cli {

void declare_report(CLI::App& app, Action& chosen) {
  struct Given {
    base::fs::path folder;
  };
  const auto given = std::make_shared<Given>();
  auto* report = app.add_subcommand("report", "make a run's reports again from its folder");
  report->add_option("RUNDIR", given->folder, "folder of a run")->required();
  report->callback([given, &chosen] { chosen = [given] { return make_reports(given->folder); }; });
}

}  // namespace refrag::cli
