// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/second.hpp"

#include <array>

#include <fmt/format.h>

#include "framework/bisect/tally.hpp"

namespace refrag::bisect {

namespace {

bool is_judged(Kind kind) { return kind == Kind::fixed || kind == Kind::broken; }

// "6.1.90 shows another-bug there"
std::string told(const Build& build, const Answer& answer, const std::string& signature) {
  switch (counts_as(answer, signature)) {
    case Kind::fixed:
      return fmt::format("{} is fixed there", build.label);
    case Kind::broken:
    case Kind::other_signature:
      return fmt::format("{} shows {} there", build.label, answer.text);
    case Kind::cannot_judge:
    case Kind::infrastructure:
      break;
  }
  return fmt::format("{} says nothing there ({})", build.label, answer.text);
}

}  // namespace

Agreement agreement(const Problem& problem, const std::string& signature, const Second& second) {
  if (!second.older_says || !second.newer_says) return Agreement::not_asked;
  const auto older = counts_as(*second.older_says, signature);
  const auto newer = counts_as(*second.newer_says, signature);
  if (!is_judged(older) || !is_judged(newer)) return Agreement::unclear;
  const bool older_is_broken = problem.find == Find::fixed;
  const bool same = (older == Kind::broken) == older_is_broken && older != newer;
  return same ? Agreement::agrees : Agreement::differs;
}

std::string words(const Problem& problem, const std::string& signature,
                  const Conclusion& conclusion, const Second& second) {
  if (second.testbed.empty()) return {};
  switch (agreement(problem, signature, second)) {
    case Agreement::not_asked:
      return fmt::format("not tried on {}: {}", second.testbed, second.why_not);
    case Agreement::agrees:
      return fmt::format("{} agrees", second.testbed);
    case Agreement::differs:
    case Agreement::unclear:
      break;
  }
  return fmt::format("{} does not say so: {}, {}", second.testbed,
                     told(problem.builds[conclusion.older], *second.older_says, signature),
                     told(problem.builds[conclusion.newer], *second.newer_says, signature));
}

std::string_view to_text(Agreement agreement) {
  static constexpr std::array<std::string_view, 4> words = {"not-asked", "agrees", "differs",
                                                            "unclear"};
  return words[static_cast<std::size_t>(agreement)];
}

}  // namespace refrag::bisect
