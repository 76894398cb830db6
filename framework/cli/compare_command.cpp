// SPDX-License-Identifier: GPL-2.0-or-later
// refrag compare: what changed between two runs, in words.
#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/text.hpp"
#include "framework/cli/command.hpp"
#include "framework/cli/reports.hpp"
#include "reports/compare.hpp"

namespace refrag::cli {

namespace {

struct Given {
  std::string before;
  std::string after;
  base::fs::path known_bugs;
};

reports::Run read(const std::string& folders, const base::fs::path& known_bugs) {
  std::vector<base::fs::path> paths;
  for (const auto& folder : base::split(folders, ',')) paths.emplace_back(folder);
  if (paths.empty()) throw base::Error(base::Fault::usage, "a run has no folder");
  return reports::read_runs(paths, bugs_of(paths, known_bugs));
}

int act(const Given& given) {
  const auto differences =
      reports::compare(read(given.before, given.known_bugs), read(given.after, given.known_bugs));
  const bool colour = base::colour_wanted(STDOUT_FILENO);
  fmt::print("{}", reports::words(differences, {.colour = colour, .width = stdout_width()}));
  return std::any_of(differences.begin(), differences.end(), reports::is_new) ? 1 : 0;
}

}  // namespace

void declare_compare(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  auto* compare = app.add_subcommand("compare", "what changed from one run to another, in words");
  compare->add_option("BEFORE", given->before, "folder of a run; several with commas")->required();
  compare->add_option("AFTER", given->after, "the same")->required();
  compare->add_option("--known-bugs", given->known_bugs, "instead of the built-in table")
      ->type_name("FILE");
  compare->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
