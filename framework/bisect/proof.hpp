// SPDX-License-Identifier: GPL-2.0-or-later
// The next builds to ask when one place is left.
#pragma once

#include "framework/bisect/standing.hpp"

namespace refrag::bisect {

// The two builds of the place in alternation; none when each has had two turns.
Probes prove(const Standing& standing, const Stretch& place);

// On the side of the place where more doubt is left: its build or the one beyond, which has been
// asked less. A neighbour speaks against an odd build, which would only repeat itself.
Probes doubt(const Standing& standing, const Stretch& place);

}  // namespace refrag::bisect
