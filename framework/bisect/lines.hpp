// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of a search's file as text: JSON, one object a line. An answer's is what a probe on
// another host says.
#pragma once

#include <string>
#include <string_view>

#include "framework/bisect/problem.hpp"

namespace refrag::bisect {

std::string to_line(const Problem& problem);
std::string to_line(const Boot& boot, const Problem& problem);
std::string to_line(const Answer& answer);

// Throw Error (usage) saying what is wrong with the line.
Problem problem_from(std::string_view line);
Boot boot_from(std::string_view line, const Problem& problem);
Answer answer_from(std::string_view line);

}  // namespace refrag::bisect
