// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/tally.hpp"

namespace refrag::bisect {

namespace {

// The first broken answer of the build nearest to the broken end: not a question of which of two
// boots in flight came back first.
std::string signature_of(const Problem& problem, History history) {
  if (!problem.signature.empty()) return problem.signature;
  const Boot* found = nullptr;
  for (const auto& boot : history) {
    if (boot.answer.kind != Kind::broken) continue;
    const bool is_further =
        found != nullptr &&
        (problem.find == Find::fixed ? boot.build < found->build : boot.build > found->build);
    if (found == nullptr || is_further) found = &boot;
  }
  return found != nullptr ? found->answer.text : std::string();
}

void count(Tally& tally, Find find, Kind kind) {
  if (kind != Kind::fixed && kind != Kind::broken) {
    ++tally.unjudged;
  } else if ((kind == Kind::broken) == (find == Find::fixed)) {
    ++tally.older;
  } else {
    ++tally.newer;
  }
}

}  // namespace

Kind counts_as(const Answer& answer, const std::string& signature) {
  const bool is_other = answer.kind == Kind::broken && answer.text != signature;
  return is_other ? Kind::other_signature : answer.kind;
}

Tallies tally(const Problem& problem, History history) {
  Tallies tallies;
  tallies.signature = signature_of(problem, history);
  tallies.of.resize(problem.builds.size());
  for (const auto& boot : history) {
    if (boot.answer.kind == Kind::infrastructure) continue;
    ++tallies.boots;
    auto& of_build = tallies.of.at(boot.build);
    const int before = of_build.judged();
    count(of_build, problem.find, counts_as(boot.answer, tallies.signature));
    if (of_build.judged() > before) tallies.judged.push_back(boot.build);
  }
  for (std::size_t i = 0; i < tallies.of.size(); ++i) {
    if (tallies.of[i].is_skipped()) tallies.skipped.push_back(i);
  }
  return tallies;
}

}  // namespace refrag::bisect
