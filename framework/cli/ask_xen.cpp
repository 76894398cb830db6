// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/ask_xen.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/new_folder.hpp"
#include "framework/bisect/tally.hpp"
#include "framework/kernels/build.hpp"

namespace refrag::cli {

namespace fs = base::fs;
using bisect::Answer;
using bisect::Build;

namespace {

// Why a build cannot be dom0; empty when it can.
std::string why_no_dom0(const Build& build) {
  const auto opened =
      kernels::open_kernel(build.spec, base::Deadline::in(std::chrono::minutes(30)));
  if (opened.config.empty()) return fmt::format("nothing says how {} was configured", build.label);
  const auto missing = kernels::missing_for(kernels::Role::dom0, opened.config);
  if (missing.empty()) return {};
  return fmt::format("{} cannot be dom0, it lacks {}", build.label, fmt::join(missing, ", "));
}

Answer ask(const AskBuild& ask_build, const Build& build, const std::string& signature,
           const run::Options& options, const fs::path& folder) {
  Answer answer;
  for (int attempt = 1; attempt <= 2; ++attempt) {
    answer = ask_build(build.spec, signature, options, base::make_unused_folder(folder));
    if (answer.kind != bisect::Kind::infrastructure) break;
  }
  return answer;
}

}  // namespace

bisect::Second ask_xen(const bisect::State& state, const bisect::Conclusion& conclusion,
                       const run::Options& options, const AskBuild& ask_build) {
  const auto& problem = state.problem();
  const auto& older = problem.builds[conclusion.older];
  const auto& newer = problem.builds[conclusion.newer];
  bisect::Second second{"xen", {}, {}, {}};
  for (const auto& build : {older, newer}) {
    if (second.why_not.empty()) second.why_not = why_no_dom0(build);
  }
  if (!second.why_not.empty()) return second;
  base::say(fmt::format("asking {} and {} on xen", older.label, newer.label));
  auto on_xen = options;
  on_xen.testbed = "xen";
  const auto signature = bisect::tally(problem, state.history()).signature;
  second.older_says = ask(ask_build, older, signature, on_xen, state.folder() / "xen" / "older");
  second.newer_says = ask(ask_build, newer, signature, on_xen, state.folder() / "xen" / "newer");
  return second;
}

}  // namespace refrag::cli
