// SPDX-License-Identifier: GPL-2.0-or-later
// The search: from the boots so far to the next one, or to the answer. A pure function, so that a
// search that was killed goes on where it was, and can be simulated.
//
//  1. Ends. Both are asked alternately, the broken one first, until each has answered twice.
//  2. Narrowing. A place is plausible while its probability (posterior.hpp) is not far below the
//     best one's. The build that halves the plausible places is asked, until one place is left. A
//     wrong answer that comes to light makes the places that it had excluded plausible again, and
//     the noise it shows makes further answers exclude less: a step is repeated as often as the
//     measured noise demands. A build that disagrees with itself is asked in turn with those beside
//     it. Builds that cannot be judged are stepped around, further with each.
//  3. Proof. The builds on both sides of the place are asked alternately until each has had two
//     turns. The last step of the narrowing was one of these: three alternating boots in a row.
//  4. Doubt. While the place is not likely enough, its two builds and their neighbours are asked:
//     first where one build alone speaks for its side (a kernel that shows the bug in one boot of
//     five would mislead the whole search), then where more doubt is left.
//  5. Notice. The fixed one of the two is repeated until a build that shows the bug as seldom as
//     Problem::notice would not have passed for it.
//  6. Second chances. Builds between the two that could not be judged are asked once more: a
//     machine that is emulated under load may fail for reasons of its own.
//
// Boots when nothing is noisy: N builds have N - 1 places, so 4 for the ends, at most
// ceil(log2(N - 1)) for the narrowing and 2 for the proof are at most ceil(log2 N) + 6 in
// all. What a search has left of these goes into doubt; then it ends and states what was proved,
// provided that this is likelier than not (beyond 250 builds a place beside the first ones asked
// may need one or two boots more). Boots of builds that could not be judged come on top.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "framework/bisect/problem.hpp"

namespace refrag::bisect {

enum class Ending {
  found,         // between two neighbours
  blocked,       // between two builds and those between cannot be judged
  noisy,         // the boots allowed were used up: only a range
  not_monotone,  // it changes more than once between the ends
  ends_alike,    // the ends show the same state
  ends_swapped,  // the older end is in the newer state, and the other way round
  unjudged,      // an end cannot be judged
};

struct Conclusion {
  Ending ending = Ending::noisy;
  std::size_t older = 0;    // the range: the last build known to be in the older state,
  std::size_t newer = 0;    // and the first in the newer
  double confidence = 0;    // that the change is between them; 0 when nothing can be said
  std::string reason = {};  // of not_monotone, ends_alike, unjudged: a sentence's part
  double noticed = 1;       // a bug that shows more seldom may have been missed; noticed.hpp

  bool operator==(const Conclusion&) const = default;
};

// Builds to boot, at the same time when there are several; never the same one twice.
using Probes = std::vector<std::size_t>;
using Step = std::variant<Probes, Conclusion>;

// At most so many probes as there are jobs. More jobs divide the plausible places into more parts:
// fewer rounds, more boots, the same answer.
Step next(const Problem& problem, History history, std::size_t jobs = 1);

// Rounds of boots that are left if nothing new goes wrong.
std::size_t rounds_left(const Problem& problem, History history, std::size_t jobs = 1);

std::string_view to_text(Ending ending);

}  // namespace refrag::bisect
