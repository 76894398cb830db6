// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/search_builds.hpp"

#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/new_folder.hpp"
#include "framework/base/text.hpp"
#include "framework/bisect/drive.hpp"
#include "framework/bisect/result.hpp"
#include "framework/bisect/tally.hpp"
#include "framework/cli/ask_xen.hpp"

namespace refrag::cli {

namespace fs = base::fs;

namespace {

std::string end_of(double seconds) {
  if (seconds <= 0) return {};
  const auto end = std::chrono::system_clock::now() + std::chrono::seconds(std::lround(seconds));
  return fmt::format(", {:.0f} s, until {:%H:%M:%S}", seconds,
                     fmt::localtime(std::chrono::system_clock::to_time_t(end)));
}

void show(const bisect::Progress& progress) {
  base::say(fmt::format("{} boots done, about {} round{} to go{}", progress.boots,
                        progress.rounds_left, progress.rounds_left == 1 ? "" : "s",
                        end_of(progress.seconds_left)));
}

// A boot that was killed may have had this number.
fs::path evidence_folder(const bisect::State& state, std::size_t number) {
  return base::make_unused_folder(state.folder() / "boots" / fmt::format("{}", number));
}

}  // namespace

int Found::exit_code() const {
  if (agreement == bisect::Agreement::differs) return static_cast<int>(base::Fault::lab);
  return bisect::exit_code(conclusion.ending);
}

void keep_options(bisect::Problem& problem, const run::Options& options) {
  problem.settings["testbed"] = options.testbed;
  if (!options.known_bugs.empty()) {
    problem.settings["known-bugs"] = base::fs::absolute(options.known_bugs).string();
  }
  for (const auto& text : options.select) problem.settings["select"] += text + "\n";
}

run::Options kept_options(const bisect::Problem& problem) {
  run::Options options;
  options.testbed = problem.settings.at("testbed");
  const auto bugs = problem.settings.find("known-bugs");
  if (bugs != problem.settings.end()) options.known_bugs = bugs->second;
  const auto select = problem.settings.find("select");
  if (select != problem.settings.end()) {
    options.select = base::split(base::trim(select->second), '\n');
  }
  return options;
}

Found search_builds(bisect::State& state, const Search& how) {
  const auto& problem = state.problem();
  const auto options = kept_options(problem);
  const auto probe = [&](std::size_t build, std::size_t number) {
    return how.ask(problem.builds[build].spec, problem.signature, options,
                   evidence_folder(state, number));
  };
  Found found;
  found.conclusion = bisect::drive(state, probe, {.jobs = how.jobs, .on_round = show});
  const bool is_pair = found.conclusion.ending == bisect::Ending::found;
  if (how.ask_xen && is_pair && options.testbed == "wire") {
    found.second = ask_xen(state, found.conclusion, options, how.ask);
  }
  found.agreement =
      bisect::agreement(problem, bisect::tally(problem, state.history()).signature, found.second);
  found.sentence = bisect::sentence(problem, state.history(), found.conclusion, found.second);
  base::write_file(state.folder() / "result.json",
                   bisect::to_json(problem, state.history(), found.conclusion, found.second));
  base::clear_status();
  return found;
}

}  // namespace refrag::cli
