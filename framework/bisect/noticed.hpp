// SPDX-License-Identifier: GPL-2.0-or-later
// How seldom a build may show the bug and still pass for a fixed one.
//
// A broken build right at the change that shows its bug in one boot of five is silent in both boots
// of two searches in three, and no probability over all series helps the one who has this series.
// So a search states its confidence for broken builds that show the bug in at least some share of
// their boots, and says which. Where one build shows it more seldom than the others, but so often,
// a wrong pair is named no more often than stated, wherever that build is and however many series
// are so: families_test.cpp.
//
// It suffices to look at the fixed build of the pair. One that shows the bug has it; a search is
// misled by the odd build's silence alone, closes in on it, and ends at it as the fixed one.
#pragma once

namespace refrag::bisect {

// The smallest rate at which a build shows the bug more than `shown` times in so many boots with a
// probability of at least 1 - doubt: the upper limit of Clopper and Pearson. 1 when nothing can be
// said.
double noticed(int shown, int boots, double doubt);

}  // namespace refrag::bisect
