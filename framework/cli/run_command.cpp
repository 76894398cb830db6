// SPDX-License-Identifier: GPL-2.0-or-later
// refrag run: boots kernels and runs suites on them.
#include <memory>

#include <CLI/CLI.hpp>

#include "framework/cli/command.hpp"
#include "framework/cli/reports.hpp"
#include "framework/run/options.hpp"
#include "framework/run/run_folder.hpp"

namespace refrag::cli {

namespace {

struct Given {
  run::Options options;
  double deadline_minutes = 30;
};

int act(Given& given) {
  auto& options = given.options;
  options.deadline = std::chrono::duration_cast<base::Clock::duration>(
      std::chrono::duration<double, std::ratio<60>>(given.deadline_minutes));
  if (options.out.empty()) options.out = run::default_run_folder();
  run::RunFolder::require_unused(options.out);
  try {
    run::run(options);
  } catch (...) {
    if (run::RunFolder::holds_run(options.out)) make_reports(options.out);
    throw;
  }
  return options.plan_only ? 0 : make_reports(options.out);
}

}  // namespace

void declare_run(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  auto& options = given->options;
  auto* run = app.add_subcommand("run", "boot kernels and run suites on them");
  run->add_option("--kernel", options.kernels,
                  "kernel under test: a .deb, a folder with boot/ and lib/modules/, "
                  "bzImage,modules=DIR, debian:SERIES, debian:SUITE/SERIES; +replica:NAME puts a "
                  "known bug in (repeatable)")
      ->required()
      ->type_name("SPEC");
  run->add_option("--suite", options.suites, "only this suite (repeatable)")->type_name("NAME");
  run->add_option("--select", options.select,
                  "only these cases: tag=vlan3,nf=1,size>=1400 or a glob over ids (repeatable)")
      ->type_name("EXPR");
  run->add_option("--testbed", options.testbed, "two guests on Xen, or one machine on wires")
      ->check(CLI::IsMember({"xen", "wire"}))
      ->capture_default_str();
  run->add_option("--out", options.out, "folder of this run (default: refrag-runs/TIME)")
      ->type_name("DIR");
  run->add_flag("--plan", options.plan_only, "print the cases that would run, and stop");
  run->add_option("--deadline", given->deadline_minutes, "for each kernel, in minutes")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->type_name("MINUTES");
  run->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
