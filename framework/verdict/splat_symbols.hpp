// SPDX-License-Identifier: GPL-2.0-or-later
// The functions that a splat names, and the fingerprint that they make.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace refrag::verdict {

// See Splat::fingerprint.
std::string fingerprint_of(const std::string& kind, std::string_view title,
                           std::span<const std::string> lines);

// Whether a line, without its time, can stand in a call trace or in what follows it in a splat.
bool belongs_to_trace(std::string_view line);

// "func" of "func+0x12/0x34" anywhere in the line, without what compilers add (".isra.0"); empty
// when there is none.
std::string symbol_in(std::string_view line);

}  // namespace refrag::verdict
