// SPDX-License-Identifier: GPL-2.0-or-later
// refrag run: boots kernels and runs suites on them.
#include <algorithm>
#include <cstdlib>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/cli/command.hpp"
#include "framework/cli/reports.hpp"
#include "framework/kernels/expand.hpp"
#include "framework/run/manifest.hpp"
#include "framework/run/options.hpp"
#include "framework/run/run_folder.hpp"
#include "reports/control.hpp"

namespace refrag::cli {

namespace {

using base::Error;
using base::Fault;

// Debian's archive is asked for what a series has.
constexpr auto asking_time = std::chrono::minutes(30);

struct Given {
  run::Options options;
  std::vector<std::string> kernels;  // not expanded yet
  std::vector<std::string> kernel_files;
  std::string shard;
  double deadline_minutes = 30;
  bool control = false;
  base::fs::path resume;
  base::fs::path manifest;
  int task = 0;  // none
};

void declare_kernels_of(CLI::App& run, Given& given) {
  run.add_option("--kernel", given.kernels,
                 "kernel under test: a package or archive, a folder with boot/ and lib/modules/, a "
                 "build tree, bzImage,modules=DIR, debian:SERIES, debian:SUITE/SERIES; many: a "
                 "glob, a folder of packages, @FILE, debian:SERIES/*; +replica:NAME puts a known "
                 "bug in (repeatable)")
      ->type_name("SPEC");
  run.add_option("--kernels-file", given.kernel_files, "more kernels, one a line")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  run.add_option("--guest-kernel", given.options.guest_kernels,
                 "kernel of the guests, or `same`; each with every kernel (repeatable)")
      ->type_name("SPEC");
}

void declare_cases(CLI::App& run, Given& given) {
  auto& options = given.options;
  run.add_option("--suite", options.suites, "only this suite (repeatable)")->type_name("NAME");
  run.add_option("--axes", options.axes,
                 "cells of a suite that offers a choice: its own, all pairs of values, or all")
      ->check(CLI::IsMember({"default", "pairwise", "full"}))
      ->capture_default_str();
  run.add_option("--budget", options.budget,
                 "seconds for each kernel's cells: the first of the plan that fit")
      ->check(CLI::PositiveNumber)
      ->type_name("SECONDS");
  run.add_option("--select", options.select,
                 "only these cases: tag=vlan3,nf=1,size>=1400 or a glob over ids (repeatable)")
      ->type_name("EXPR");
  run.add_option("--shard", given.shard,
                 "one of N equal parts (default: CI_NODE_INDEX/CI_NODE_TOTAL)")
      ->type_name("I/N");
  run.add_option("--testbed", options.testbed, "two guests on Xen, or one machine on wires")
      ->check(CLI::IsMember({"xen", "wire"}))
      ->capture_default_str();
  run.add_flag("--control", given.control,
               "afterwards the same on the other testbed (in OUT/control): is a finding of Xen, of "
               "the bridge alone, or of both?");
}

void declare_how(CLI::App& run, Given& given) {
  auto& options = given.options;
  run.add_option("--out", options.out, "folder of this run (default: refrag-runs/TIME)")
      ->type_name("DIR");
  run.add_flag("--plan", options.plan_only, "print the cases that would run, and stop");
  run.add_option("--jobs", options.jobs, "hosts at once (default: what this machine has room for)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  run.add_option("--retries", options.retries,
                 "further attempts at what did not pass, on a fresh testbed; a finding stays one")
      ->check(CLI::Range(0, 9))
      ->capture_default_str()
      ->type_name("N");
  run.add_option("--deadline", given.deadline_minutes, "for each kernel, in minutes")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->type_name("MINUTES");
  run.add_option("--known-bugs", options.known_bugs,
                 "instead of the built-in table; what it expects is not tried again")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  run.add_flag(
      "--explain", options.explain,
      "say of every failed case where the packet was lost and why, with a drawing (without "
      "it: of the smallest in each cell, in a sentence)");
  run.add_flag("--keep", options.keep, "keep the captures of all sweeps, not of failed ones alone");
  run.add_option("--ignore-splats", options.ignored_splats,
                 "kernel complaints that do not count (TOML, repeatable)")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
}

void declare_options(CLI::App& run, Given& given) {
  given.options.jobs = 0;
  given.options.retries = 1;
  declare_kernels_of(run, given);
  declare_cases(run, given);
  declare_how(run, given);
}

// A shard of GitLab's `parallel:`; both are there or none.
std::string shard_of_environment() {
  const char* index = ::getenv("CI_NODE_INDEX");
  const char* total = ::getenv("CI_NODE_TOTAL");
  return index != nullptr && total != nullptr ? fmt::format("{}/{}", index, total) : "1/1";
}

// The options that take more than reading.
void complete(Given& given) {
  auto& options = given.options;
  options.deadline = std::chrono::duration_cast<base::Clock::duration>(
      std::chrono::duration<double, std::ratio<60>>(given.deadline_minutes));
  auto names = given.kernels;
  for (const auto& file : given.kernel_files) names.push_back("@" + file);
  if (names.empty()) {
    throw Error(Fault::usage, "--kernel is required", "give at least one, as in debian:6.1");
  }
  for (const auto& name : names) {
    const auto specs = kernels::expand(name, base::Deadline::in(asking_time));
    options.kernels.insert(options.kernels.end(), specs.begin(), specs.end());
  }
  options.shard = plan::Shard::parse(given.shard.empty() ? shard_of_environment() : given.shard);
}

verdict::RunRecord first_record(const base::fs::path& folder) {
  const auto results = folder / "results.jsonl";
  if (!run::RunFolder::holds_run(folder)) {
    throw Error(Fault::usage, fmt::format("{} is not the folder of a run", folder.string()),
                "it has no results.jsonl");
  }
  const auto text = base::read_file(results, 4ull << 30);
  const auto records = verdict::read_records(text.substr(0, text.find('\n'))).records;
  const auto* run = records.empty() ? nullptr : std::get_if<verdict::RunRecord>(&records.front());
  if (run != nullptr && run->command.size() > 2) return *run;
  throw Error(Fault::usage,
              fmt::format("{} was killed before it knew its command", folder.string()),
              "start it anew");
}

// A run that goes on is the recorded command line again, where it was given. How many hosts at
// once is the one thing that may be another now.
run::Options resumed(const Given& now) {
  const auto folder = base::fs::absolute(now.resume);
  const auto before = first_record(folder);
  CLI::App again;
  Given given;
  declare_options(again, given);
  std::vector<std::string> words(before.command.rbegin(), before.command.rend() - 2);
  base::fs::current_path(before.directory);
  try {
    again.parse(words);
  } catch (const CLI::ParseError& error) {
    throw Error(Fault::usage,
                fmt::format("{}: its command line is not ours: {}", folder.string(), error.what()));
  }
  if (given.shard.empty()) given.shard = "1/1";  // it was all of it, whatever this machine is now
  complete(given);
  given.options.out = folder;
  given.options.resume = true;
  given.options.jobs = now.options.jobs;
  return given.options;
}

run::Options options_of(Given& given) {
  if (!given.resume.empty()) return resumed(given);
  complete(given);
  auto& options = given.options;
  if (options.out.empty()) options.out = run::default_run_folder();
  run::RunFolder::require_unused(options.out);
  return options;
}

// Where results cannot be kept, reports cannot either; what went wrong first is what is told.
void try_reports(const base::fs::path& folder) {
  try {
    if (run::RunFolder::holds_run(folder)) make_reports(folder);
  } catch (const Error& error) {
    base::say(error.what());
  }
}

int run_and_report(const run::Options& options) {
  try {
    run::run(options);
  } catch (...) {
    try_reports(options.out);
    throw;
  }
  if (options.plan_only) return 0;
  return make_reports({.folders = {options.out}, .explain = options.explain});
}

// The same on the other testbed, and where each finding belongs.
int run_control(run::Options options) {
  const auto first = options.out;
  const bool first_is_xen = options.testbed == "xen";
  options.testbed = first_is_xen ? "wire" : "xen";
  options.out = first / "control";
  options.guest_kernels.clear();
  const int code = run_and_report(options);
  const auto one = reports::read_run(first);
  const auto other = reports::read_run(options.out);
  fmt::print("\nOn both testbeds:\n{}", first_is_xen ? reports::control_words(one, other)
                                                     : reports::control_words(other, one));
  return code;
}

// One line on stdout: what an engine has to count to. It is all of the run, also in a CI job that
// is one of several.
int give_away(Given& given) {
  given.shard = "1/1";
  complete(given);
  const auto tasks = run::write_manifest(given.options, given.manifest);
  base::clear_status();
  fmt::print("{} tasks in {}\n", tasks.size(), given.manifest.string());
  return 0;
}

int report_of_task(const base::fs::path& folder) { return make_reports(folder); }

int act(Given& given) {
  if (given.task > 0) return run::run_task(given.manifest, given.task, report_of_task);
  if (!given.manifest.empty()) return give_away(given);
  const auto options = options_of(given);
  const int code = run_and_report(options);
  if (!given.control || options.plan_only) return code;
  return std::max(code, run_control(options));
}

}  // namespace

void declare_run(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  auto* run = app.add_subcommand("run", "boot kernels and run suites on them");
  declare_options(*run, *given);
  auto* resume = run->add_option("--resume", given->resume,
                                 "go on with a run that was killed or stopped; only --jobs can "
                                 "be given with it");
  resume->type_name("DIR");
  auto* manifest = run->add_option("--manifest", given->manifest,
                                   "write one task for each kernel and suite into this file and "
                                   "stop; with --task, run one");
  manifest->type_name("FILE");
  auto* task = run->add_option("--task", given->task,
                               "run this line of the manifest, in tasks/N/attempt-K/ beside it");
  task->needs(manifest)->check(CLI::PositiveNumber)->type_name("N");
  for (auto* option : run->get_options()) {
    const auto name = option->get_single_name();
    if (name == "help") continue;
    if (name != "jobs" && name != "resume") resume->excludes(option);
    if (name != "manifest" && name != "task") task->excludes(option);
  }
  for (const auto* other : {"--out", "--plan", "--control", "--shard", "--budget"}) {
    manifest->excludes(other);
  }
  run->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
