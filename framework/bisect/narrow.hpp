// SPDX-License-Identifier: GPL-2.0-or-later
// The next builds to ask while several places are plausible.
#pragma once

#include <cstddef>

#include "framework/bisect/standing.hpp"

namespace refrag::bisect {

// The builds that divide the plausible places best into jobs + 1 parts. None when these are one
// place: a pair of neighbours, or all between them is skipped.
Probes narrow(const Standing& standing, std::size_t jobs);

}  // namespace refrag::bisect
