// SPDX-License-Identifier: GPL-2.0-or-later
// refrag explore: look for violations of transparency that nobody wrote a test for.
#include <memory>
#include <random>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/cli/command.hpp"
#include "framework/explore/case.hpp"
#include "framework/run/explore.hpp"
#include "framework/run/run_folder.hpp"

namespace refrag::cli {

namespace {

struct Given {
  run::ExploreOptions options;
  std::string budget = "5m";
};

// "90s", "5m", "1h"; a plain number is minutes.
base::Clock::duration duration_of(const std::string& text) {
  std::size_t used = 0;
  double number = 0;
  try {
    number = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const auto unit = text.substr(used);
  const double scale = unit == "s" ? 1 : unit.empty() || unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (used == 0 || scale == 0 || number <= 0 || number * scale > 1e7) {
    throw base::Error(base::Fault::usage, fmt::format("{} is no time", text),
                      "write it as 90s, 5m or 1h");
  }
  return std::chrono::duration_cast<base::Clock::duration>(
      std::chrono::duration<double>(number * scale));
}

int act(Given& given) {
  auto& options = given.options;
  options.budget = duration_of(given.budget);
  if (!options.replay.empty() && options.kernel.empty()) {
    options.kernel =
        explore::case_from_json(base::read_file(options.replay), options.replay.string()).kernel;
  }
  if (options.kernel.empty()) {
    throw base::Error(base::Fault::usage, "--kernel is required", "give one, as in debian:6.1");
  }
  if (options.resume && options.out.empty()) {
    throw base::Error(base::Fault::usage, "--resume goes on with a folder", "name it with --out");
  }
  if (options.out.empty()) options.out = run::default_run_folder();
  if (!options.resume && base::fs::exists(options.out / "explore.json")) {
    throw base::Error(base::Fault::usage, options.out.string() + " has been explored into",
                      "--resume goes on there");
  }
  const int code = run::explore(options);
  base::say(fmt::format("cases and consoles are in {}", options.out.string()));
  return code;
}

}  // namespace

void declare_explore(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  auto& options = given->options;
  options.seed = std::random_device()();
  auto* explore = app.add_subcommand(
      "explore", "send random legal traffic through a bridge and judge what leaves it");
  explore->add_option("--kernel", options.kernel, "kernel under test")->type_name("SPEC");
  explore->add_option("--budget", given->budget, "how long: 90s, 5m, 1h")
      ->capture_default_str()
      ->type_name("TIME");
  explore->add_option("--seed", options.seed, "of what is sent (default: a random one, printed)")
      ->type_name("N");
  explore->add_option("--repeats", options.repeats, "of what is found, for its rate")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str()
      ->type_name("N");
  explore->add_option("--out", options.out, "folder of cases and logs")->type_name("DIR");
  explore->add_flag("--resume", options.resume, "go on in that folder");
  explore->add_option("--replay", options.replay, "send a case that was found, and nothing else")
      ->check(CLI::ExistingFile)
      ->type_name("CASE");
  explore->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
