// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/standing.hpp"

#include <algorithm>

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
  return {Ending::noisy, first->older.value_or(ends.older), last->newer.value_or(ends.newer), mass};
}

}  // namespace refrag::bisect
