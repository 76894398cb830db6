// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/ask_build.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/run/run_folder.hpp"
#include "reports/run.hpp"

namespace refrag::cli {

using bisect::Answer;
using verdict::CaseRecord;
using verdict::Outcome;

namespace {

// The kinds of `broken` that are about this build and not about our lab.
constexpr std::array<std::string_view, 4> about_the_build = {"PathNotExercised", "KnobNotSet",
                                                             "KnobWithoutEffect", "NoLink"};

const CaseRecord* first(const std::vector<CaseRecord>& cases, Outcome outcome) {
  const auto is_it = [&](const CaseRecord& one) { return one.judgement.outcome == outcome; };
  const auto found = std::ranges::find_if(cases, is_it);
  return found == cases.end() ? nullptr : &*found;
}

// A death says nothing about the bug that is looked for; neither does a case that proved nothing.
Answer answer_of(const std::vector<CaseRecord>& cases, const std::string& found,
                 const std::string& signature) {
  for (const auto outcome : {Outcome::crashed, Outcome::hung, Outcome::skipped}) {
    if (const auto* one = first(cases, outcome)) return Answer::cannot_judge(one->judgement.reason);
  }
  if (const auto* one = first(cases, Outcome::broken)) {
    const auto& kind = one->judgement.kind;
    const bool build = std::ranges::find(about_the_build, kind) != about_the_build.end();
    return build ? Answer::cannot_judge(one->judgement.reason)
                 : Answer::infrastructure(one->judgement.reason);
  }
  if (first(cases, Outcome::failed) != nullptr) {
    return signature.empty() || found == signature ? Answer::broken(found) : Answer::other(found);
  }
  return cases.empty() ? Answer::infrastructure("nothing ran") : Answer::fixed();
}

Answer read_answer(const base::fs::path& folder, const std::string& signature,
                   const base::fs::path& known_bugs) {
  const auto done = reports::read_run(folder, verdict::read_known_bugs(known_bugs));
  if (done.kernels.empty()) return Answer::infrastructure("nothing ran");
  const auto& kernel = done.kernels.front();
  return answer_of(kernel.cases, kernel.signature.name, signature);
}

}  // namespace

Answer ask_build(const std::string& spec, const std::string& signature, const run::Options& asked,
                 const base::fs::path& folder) {
  const base::Stopwatch watch;
  auto options = asked;
  options.kernels = {spec};
  options.out = folder;
  Answer answer;
  try {
    run::run(options);
    answer = read_answer(folder, signature, options.known_bugs);
  } catch (const base::Error& error) {
    answer = error.fault() == base::Fault::usage ? Answer::cannot_judge(error.what())
                                                 : Answer::infrastructure(error.what());
  }
  answer.evidence = folder.string();
  answer.seconds = watch.seconds();
  return answer;
}

}  // namespace refrag::cli
