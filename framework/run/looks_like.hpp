// SPDX-License-Identifier: GPL-2.0-or-later
// Which known bug a violation of random traffic looks like: one of those that the kernel's version
// is known to have (fixtures/known-bugs.toml), in whose cells the datagram is under these settings
// of the host, and that shows itself by this kind of violation. It is told by the table alone, so
// it is where to look first and no proof; what looks like none of them is new.
#pragma once

#include "framework/explore/scenario.hpp"
#include "framework/oracle/taps.hpp"
#include "framework/verdict/known_bugs.hpp"

namespace refrag::run {

// The cell that a datagram is in which entered a kernel of that version under these settings, where
// there had been rules that track connections before.
verdict::Cell cell_of(const explore::Knobs& knobs, std::string_view version,
                      const oracle::Datagram& datagram);

// A signature; empty when it looks like none.
std::string looks_like(const verdict::KnownBugs& bugs, std::string_view version,
                       const explore::Knobs& knobs, const oracle::Violation& violation,
                       const oracle::Direction& direction);

}  // namespace refrag::run
