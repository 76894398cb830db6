// SPDX-License-Identifier: GPL-2.0-or-later
// refrag bisect: which of many builds fixed or broke it.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/text.hpp"
#include "framework/bisect/drive.hpp"
#include "framework/bisect/result.hpp"
#include "framework/bisect/state.hpp"
#include "framework/cli/ask_build.hpp"
#include "framework/cli/command.hpp"
#include "framework/kernels/build.hpp"
#include "framework/run/run_folder.hpp"

namespace refrag::cli {

namespace fs = base::fs;

namespace {

struct Given {
  std::vector<std::string> kernels;
  std::string find = "fixed";
  std::string order = "version";
  std::string signature;
  fs::path resume;
  run::Options options;
};

// What cannot be opened is said before anything boots.
bisect::Build build_of(const std::string& spec) {
  base::status(fmt::format("opening {}", spec));
  const auto opened = kernels::open_kernel(spec, base::Deadline::in(std::chrono::minutes(30)));
  return {opened.label, spec, opened.version};
}

bisect::Problem problem_of(const Given& given) {
  bisect::Problem problem;
  for (const auto& spec : given.kernels) problem.builds.push_back(build_of(spec));
  if (given.order == "version") bisect::sort_by_version(problem.builds);
  problem.find = *bisect::find_from(given.find);
  problem.signature = given.signature;
  problem.settings["testbed"] = given.options.testbed;
  for (const auto& text : given.options.select) problem.settings["select"] += text + "\n";
  return problem;
}

run::Options options_of(const bisect::Problem& problem) {
  run::Options options;
  options.testbed = problem.settings.at("testbed");
  const auto select = problem.settings.find("select");
  if (select != problem.settings.end()) {
    options.select = base::split(base::trim(select->second), '\n');
  }
  return options;
}

bisect::State open_state(const Given& given) {
  if (!given.resume.empty()) return bisect::State::resume(given.resume);
  if (given.kernels.size() < 2) {
    throw base::Error(base::Fault::usage, "bisect needs at least two builds",
                      "give --kernels SPEC SPEC ..., or --resume DIR");
  }
  auto out = given.options.out.empty() ? run::default_run_folder() : given.options.out;
  return bisect::State::create(out, problem_of(given));
}

void show(const bisect::Progress& progress) {
  base::say(
      fmt::format("about {} boots to go, {:.0f} s", progress.rounds_left, progress.seconds_left));
}

int act(const Given& given) {
  auto state = open_state(given);
  const auto options = options_of(state.problem());
  const auto probe = [&](std::size_t build, std::size_t boot) {
    const auto folder = state.folder() / "boots" / fmt::format("{}", boot);
    std::error_code ignored;
    fs::remove_all(folder, ignored);  // a boot that was killed may have had this number
    return ask_build(state.problem().builds[build].spec, state.problem().signature, options,
                     folder);
  };
  const auto conclusion = bisect::drive(state, probe, {.on_round = show});
  const auto& problem = state.problem();
  base::write_file(state.folder() / "result.json",
                   bisect::to_json(problem, state.history(), conclusion));
  base::clear_status();
  fmt::print("{}.\n", bisect::sentence(problem, state.history(), conclusion));
  return bisect::exit_code(conclusion.ending);
}

}  // namespace

void declare_bisect(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  given->options.testbed = "wire";
  auto* command = app.add_subcommand("bisect", "which of many builds fixed or broke it");
  command->add_option("--kernels,--kernel", given->kernels, "the builds")->type_name("SPEC...");
  command->add_option("--find", given->find, "the first build that is fixed, or broken")
      ->check(CLI::IsMember({"fixed", "broken"}))
      ->capture_default_str();
  command->add_option("--order", given->order, "of the builds, oldest first")
      ->check(CLI::IsMember({"version", "given"}))
      ->capture_default_str();
  command->add_option("--signature", given->signature, "only this bug counts")->type_name("NAME");
  command->add_option("--select", given->options.select, "only these cases")->type_name("EXPR");
  command->add_option("--testbed", given->options.testbed)
      ->check(CLI::IsMember({"xen", "wire"}))
      ->capture_default_str();
  command->add_option("--out", given->options.out, "folder of the search")->type_name("DIR");
  command->add_option("--resume", given->resume, "go on with the search in this folder")
      ->type_name("DIR");
  command->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
