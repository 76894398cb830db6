// SPDX-License-Identifier: GPL-2.0-or-later
// The end of a search for people, programs and shells.
#pragma once

#include <string>

#include "framework/bisect/search.hpp"
#include "framework/bisect/second.hpp"

namespace refrag::bisect {

// "6.1.90 is the first fixed build, 6.1.76 still shows vlan-not-refragmented (94 % sure if
// broken builds show it in 75 % of boots or more, 12 boots)"; no full stop at the end.
std::string sentence(const Problem& problem, History history, const Conclusion& conclusion,
                     const Second& second = {});

// One JSON document with everything: result.schema.json.
std::string to_json(const Problem& problem, History history, const Conclusion& conclusion,
                    const Second& second = {});

// 0 when the answer is a pair of neighbours, 2 when the ends asked for cannot hold one, 4 when only
// a range or nothing can be said.
int exit_code(Ending ending);

}  // namespace refrag::bisect
