// SPDX-License-Identifier: GPL-2.0-or-later
// refrag bisect: which of many builds fixed or broke it.
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/cli/ask_slurm.hpp"
#include "framework/cli/command.hpp"
#include "framework/cli/search_builds.hpp"
#include "framework/cli/series.hpp"
#include "framework/run/run_folder.hpp"

namespace refrag::cli {

namespace fs = base::fs;

namespace {

struct Given {
  std::vector<std::string> kernels;
  std::string find = "fixed";
  std::string order = "version";
  std::string older;
  std::string newer;
  std::string signature;
  std::optional<double> confidence;
  std::optional<double> notice;
  std::string engine = "here";
  std::size_t max_boots = 0;
  fs::path resume;
  run::Options options;
  Search how;
};

bisect::Problem problem_of(const Given& given) {
  bisect::Problem problem;
  problem.builds =
      open_series(given.kernels, given.order == "given" ? Order::given : Order::version);
  problem.find = *bisect::find_from(given.find);
  problem.signature = given.signature;
  problem.confidence = given.confidence;
  problem.notice = given.notice;
  problem.max_boots = given.max_boots;
  if (!given.older.empty()) problem.older_end = index_of(problem.builds, given.older);
  if (!given.newer.empty()) problem.newer_end = index_of(problem.builds, given.newer);
  keep_options(problem, given.options);
  return problem;
}

bisect::State open_state(const Given& given) {
  if (!given.resume.empty()) return bisect::State::resume(given.resume);
  if (given.kernels.empty()) {
    throw base::Error(base::Fault::usage, "bisect needs builds to search",
                      "give --kernels SPEC SPEC ..., @FILE or a folder, or --resume DIR");
  }
  auto out = given.options.out.empty() ? run::default_run_folder() : given.options.out;
  return bisect::State::create(out, problem_of(given));
}

int act(Given& given) {
  if (given.engine == "slurm") given.how.ask = ask_slurm;
  auto state = open_state(given);
  const auto found = search_builds(state, given.how);
  fmt::print("{}.\n", found.sentence);
  return found.exit_code();
}

void declare_series(CLI::App& command, Given& given) {
  command
      .add_option("--kernels,--kernel", given.kernels,
                  "the builds: specs, @FILE (a list), a folder, a glob, debian:SERIES/*")
      ->type_name("WHAT");
  command.add_option("--order", given.order, "of the builds, oldest first")
      ->check(CLI::IsMember({"version", "given"}))
      ->capture_default_str();
  command.add_option("--older", given.older, "a build known to be in the older state")
      ->type_name("BUILD");
  command.add_option("--newer", given.newer, "a build known to be in the newer state")
      ->type_name("BUILD");
}

void declare_search(CLI::App& command, Given& given) {
  command.add_option("--find", given.find, "the first build that is fixed, or broken")
      ->check(CLI::IsMember({"fixed", "broken"}))
      ->capture_default_str();
  command.add_option("--signature", given.signature, "only this bug counts")->type_name("NAME");
  command.add_option("--confidence", given.confidence, "go on until the answer is this likely")
      ->check(CLI::Range(0.5, 0.999))
      ->type_name("P");
  command
      .add_option("--notice", given.notice,
                  "go on until a bug that shows in this share of the boots would not be missed")
      ->check(CLI::Range(0.01, 1.0))
      ->type_name("RATE");
  command.add_option("--max-boots", given.max_boots, "give up after so many")->type_name("N");
  command.add_option("--jobs,-j", given.how.jobs, "boots at the same time, which look ahead")
      ->check(CLI::Range(1, 64))
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option("--engine", given.engine,
                  "where to boot: here, or on hosts of Slurm, which share this folder")
      ->check(CLI::IsMember({"here", "slurm"}))
      ->capture_default_str();
  command.add_flag("!--no-xen", given.how.ask_xen,
                   "do not ask Xen about the pair that was found on wires");
}

void declare_boots(CLI::App& command, Given& given) {
  command.add_option("--select", given.options.select, "only these cases")->type_name("EXPR");
  command.add_option("--testbed", given.options.testbed)
      ->check(CLI::IsMember({"xen", "wire"}))
      ->capture_default_str();
  command.add_option("--known-bugs", given.options.known_bugs, "instead of the built-in table")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command.add_option("--out", given.options.out, "folder of the search")->type_name("DIR");
  command.add_option("--resume", given.resume, "go on with the search in this folder")
      ->type_name("DIR");
}

}  // namespace

void declare_bisect(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  given->options.testbed = "wire";
  auto* command = app.add_subcommand("bisect", "which of many builds fixed or broke it");
  declare_series(*command, *given);
  declare_search(*command, *given);
  declare_boots(*command, *given);
  command->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
