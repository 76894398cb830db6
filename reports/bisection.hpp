// SPDX-License-Identifier: GPL-2.0-or-later
// The page of a bisection: its sentence, and the path of the search drawn: builds from left to
// right, boots from top to bottom. Made from result.json (framework/bisect/result.schema.json).
#pragma once

#include <iosfwd>

#include "framework/base/files.hpp"

namespace refrag::reports {

bool holds_bisection(const base::fs::path& folder);

// Throws Error (usage) when result.json is not a bisection's.
void write_bisection(const base::fs::path& folder, std::ostream& out);

}  // namespace refrag::reports
