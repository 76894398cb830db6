// SPDX-License-Identifier: GPL-2.0-or-later
// The next builds to ask while several places are plausible.
#pragma once

#include <cstddef>

#include "framework/bisect/standing.hpp"

namespace refrag::bisect {

// The builds that divide the plausible places best into jobs + 1 parts. None when these are one
// place: a pair of neighbours, or all between them is skipped.
//
// A place whose fixed build alone speaks for its side will take a boot more, that of the build
// beyond (proof.hpp), so it counts as two: the searches that end there get their boot from those
// that do not. N builds have room for it within ceil(log2 N) + 6 up to 3/4 of the next power of
// two; beyond it goes to where most would be missed.
Probes narrow(const Standing& standing, std::size_t jobs);

}  // namespace refrag::bisect
