// SPDX-License-Identifier: GPL-2.0-or-later
// The pair that a search on wires ended with, asked once more between two guests on real Xen.
#pragma once

#include "framework/bisect/search.hpp"
#include "framework/bisect/second.hpp"
#include "framework/bisect/state.hpp"
#include "framework/cli/ask_build.hpp"

namespace refrag::cli {

// Boots each of the two as dom0 when both can be; says why not otherwise. Evidence goes below the
// search's folder. An answer that was no answer is asked for once more.
bisect::Second ask_xen(const bisect::State& state, const bisect::Conclusion& conclusion,
                       const run::Options& options, const AskBuild& ask_build);

}  // namespace refrag::cli
