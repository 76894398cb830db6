// SPDX-License-Identifier: GPL-2.0-or-later
// The builds of a search, from what the command line names.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "framework/bisect/problem.hpp"

namespace refrag::cli {

enum class Order { version, given };

// Opens every build that the names (kernels/expand.hpp) stand for: what cannot be opened is said
// before anything boots. Labels are made unique by the end of the spec. Throws what opening throws.
std::vector<bisect::Build> open_series(const std::vector<std::string>& names, Order order);

// The build with that label, spec or version. Throws Error (usage) when there is none or several.
std::size_t index_of(const std::vector<bisect::Build>& builds, const std::string& name);

}  // namespace refrag::cli
