// SPDX-License-Identifier: GPL-2.0-or-later
// refrag fixed-in: the first good build of each branch, in one table.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/bisect/tally.hpp"
#include "framework/cli/ask_build.hpp"
#include "framework/cli/command.hpp"
#include "framework/cli/search_builds.hpp"
#include "framework/cli/series.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/run/run_folder.hpp"

namespace refrag::cli {

namespace fs = base::fs;
using bisect::Answer;
using bisect::Build;
using bisect::Kind;

namespace {

struct Given {
  std::vector<std::string> branches;
  std::string signature;
  bool as_json = false;
  run::Options options;
  Search how = {.ask_xen = false};
};

// What is said about a branch; `first` is empty when no build of it is known to be the first.
struct Row {
  std::string branch;
  std::size_t builds = 0;
  std::string first;
  std::string words;
  fs::path evidence;
  int exit_code = 0;
};

// A branch with one build has no pair to search for.
Row ask_only(Row row, const Build& only, const Given& given) {
  const auto answer = ask_build(only.spec, given.signature, given.options, row.evidence);
  if (answer.kind == Kind::fixed) row.first = only.label;
  row.words = answer.kind == Kind::fixed ? fmt::format("{}, its only build, is fixed", only.label)
              : answer.kind == Kind::broken
                  ? fmt::format("{}, its only build, shows {}", only.label, answer.text)
                  : fmt::format("{}, its only build, says nothing: {}", only.label, answer.text);
  const bool is_judged = answer.kind == Kind::fixed || answer.kind == Kind::broken;
  row.exit_code = is_judged ? 0 : static_cast<int>(base::Fault::lab);
  return row;
}

// The state that every build which was asked shows, when it is one.
Row all_alike(Row row, const bisect::State& state, const Found& found) {
  const auto tallies = bisect::tally(state.problem(), state.history());
  int broken = 0;
  int fixed = 0;
  for (const auto& of : tallies.of) {
    broken += of.older;
    fixed += of.newer;
  }
  row.words = found.sentence;
  if (broken > 0 && fixed > 0) {
    row.exit_code = static_cast<int>(base::Fault::lab);
  } else if (fixed > 0) {
    row.first = state.problem().builds.front().label;
    row.words =
        fmt::format("all that was tried is fixed ({} boots): mended before {}, or never broken",
                    tallies.boots, row.first);
  } else {
    row.words = fmt::format("not fixed: {} still shows {} ({} boots)",
                            state.problem().builds.back().label, tallies.signature, tallies.boots);
  }
  return row;
}

Row row_of(const std::string& branch, const Given& given, const fs::path& folder) {
  bisect::Problem problem;
  problem.builds = open_series({branch}, Order::version);
  Row row{branch, problem.builds.size(), {}, {}, folder, 0};
  if (row.builds == 1) return ask_only(row, problem.builds.front(), given);
  problem.signature = given.signature;
  keep_options(problem, given.options);
  const bool goes_on = fs::exists(folder / "search.jsonl");
  auto state = goes_on ? bisect::State::resume(folder) : bisect::State::create(folder, problem);
  const auto found = search_builds(state, given.how);
  if (found.conclusion.ending == bisect::Ending::ends_alike) return all_alike(row, state, found);
  if (found.conclusion.ending == bisect::Ending::found) {
    row.first = state.problem().builds[found.conclusion.newer].label;
  }
  row.words = found.sentence;
  row.exit_code = found.exit_code();
  return row;
}

nlohmann::ordered_json json_of(const Row& row) {
  return {{"branch", row.branch},
          {"builds", row.builds},
          {"first-fixed", row.first},
          {"words", row.words},
          {"evidence", row.evidence.string()}};
}

void print(const std::vector<Row>& rows, bool as_json) {
  base::clear_status();
  auto all = nlohmann::ordered_json::array();
  for (const auto& row : rows) {
    if (as_json) all.push_back(json_of(row));
    if (!as_json) {
      fmt::print("{:<32} {:>3} builds  {:<28} {}\n", row.branch, row.builds,
                 row.first.empty() ? "-" : row.first, row.words);
    }
  }
  if (as_json) fmt::print("{}\n", all.dump(2));
}

int act(const Given& given) {
  const auto out = given.options.out.empty() ? run::default_run_folder() : given.options.out;
  std::vector<Row> rows;
  int code = 0;
  for (const auto& branch : given.branches) {
    const auto folder = out / kernels::plain_name(branch);
    rows.push_back(base::doing(branch, [&] { return row_of(branch, given, folder); }));
    code = std::max(code, rows.back().exit_code);
  }
  print(rows, given.as_json);
  return code;
}

}  // namespace

void declare_fixed_in(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  given->options.testbed = "wire";
  auto* command =
      app.add_subcommand("fixed-in", "the first good build of each of several branches");
  command
      ->add_option("branch", given->branches,
                   "builds of one line each: debian:trixie/6.12/*, a folder, a glob, @FILE")
      ->required()
      ->type_name("BRANCH...");
  command->add_option("--signature", given->signature, "only this bug counts")->type_name("NAME");
  command->add_option("--select", given->options.select, "only these cases")->type_name("EXPR");
  command->add_option("--known-bugs", given->options.known_bugs, "instead of the built-in table")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command->add_option("--jobs,-j", given->how.jobs, "boots at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str()
      ->type_name("N");
  command
      ->add_option("--out", given->options.out,
                   "folder of the searches; one that was stopped goes on")
      ->type_name("DIR");
  command->add_flag("--json", given->as_json, "one JSON document on stdout");
  command->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
