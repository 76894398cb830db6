// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/standing.hpp"

#include <algorithm>

#include "framework/bisect/noticed.hpp"

namespace refrag::bisect {

namespace {

// One answer without noise makes the places that it excludes about 0.07 to 0.14 times as likely.
constexpr double worth_a_boot = 0.2;
constexpr double range_mass = 0.95;
// Behind an end in the other state "no change" is so much likelier than "there and back again".
constexpr double no_change = 32;

std::vector<Stretch> stretches_of(const Problem& problem, const Tallies& tallies, Ends ends) {
  std::vector<Judged> judged;
  for (auto i = ends.older; i <= ends.newer; ++i) {
    const auto& counted = tallies.of[i];
    if (counted.judged() > 0 && !counted.is_skipped()) {
      judged.push_back({i, counted.older, counted.newer});
    }
  }
  const double doubtful = no_change * static_cast<double>(ends.newer - ends.older);
  return locate(judged, problem.find, problem.builds.size(),
                {ends.older_is_doubtful ? doubtful : 1, ends.newer_is_doubtful ? doubtful : 1});
}

// That the change is between the two builds.
Conclusion state(Ending ending, std::size_t older, std::size_t newer, double mass,
                 const Problem& problem, const Tallies& tallies) {
  Conclusion said = {ending, older, newer, std::min(mass, wanted_confidence(problem))};
  const bool newer_is_fixed = problem.find == Find::fixed;
  const auto& fixed = tallies.of[newer_is_fixed ? newer : older];
  said.noticed =
      noticed(newer_is_fixed ? fixed.older : fixed.newer, fixed.judged(), 1 - said.confidence);
  return said;
}

}  // namespace

Standing::Standing(const Problem& of, const Tallies& counted, Ends between)
    : problem(of), tallies(counted), ends(between), stretches(stretches_of(of, counted, between)) {
  const auto likeliest = std::ranges::max_element(stretches, {}, &Stretch::each);
  best_index = static_cast<std::size_t>(likeliest - stretches.begin());
}

bool Standing::is_plausible(const Stretch& stretch) const {
  return stretch.each() >= worth_a_boot * best().each();
}

bool Standing::is_quiet() const {
  if (ends.older_is_doubtful || ends.newer_is_doubtful) return false;
  bool seen_newer = false;
  for (auto i = ends.older; i <= ends.newer; ++i) {
    if (tallies.of[i].judged() > 0 && tallies.of[i].unjudged > 0) return false;
    seen_newer = seen_newer || tallies.of[i].newer > 0;
    if (seen_newer && tallies.of[i].older > 0) return false;
  }
  return true;
}

std::optional<std::size_t> Standing::beyond(std::size_t build, bool newer) const {
  while (build != (newer ? ends.newer : ends.older)) {
    build = newer ? build + 1 : build - 1;
    if (!tallies.of[build].is_skipped()) return build;
  }
  return std::nullopt;
}

Conclusion Standing::named(const Stretch& place) const {
  const bool is_pair = *place.newer - *place.older == 1;
  return state(is_pair ? Ending::found : Ending::blocked, *place.older, *place.newer, place.mass,
               problem, tallies);
}

Conclusion Standing::range() const {
  auto first = stretches.begin() + static_cast<std::ptrdiff_t>(best_index);
  auto last = first;
  double mass = first->mass;
  while (mass < range_mass) {
    const double before = first != stretches.begin() ? std::prev(first)->mass : -1;
    const double after = std::next(last) != stretches.end() ? std::next(last)->mass : -1;
    if (before < 0 && after < 0) break;
    mass += before > after ? (--first)->mass : (++last)->mass;
  }
  return state(Ending::noisy, first->older.value_or(ends.older), last->newer.value_or(ends.newer),
               mass, problem, tallies);
}

}  // namespace refrag::bisect
