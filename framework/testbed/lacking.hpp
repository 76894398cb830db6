// SPDX-License-Identifier: GPL-2.0-or-later
// What a host cannot be set to, because its kernel does not have it. The same for every testbed.
#pragma once

#include <string>

#include "framework/testbed/testbed.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::testbed {

// Why a host whose settings were first found to be these cannot be set to those; empty when it can.
// Pure.
std::string lacking(const verdict::Knobs& found, const verdict::Knobs& wanted);

// Why a host of that release, the first machine's, cannot; empty when it can, or when nobody knows
// which it is. Pure.
std::string too_old(const Facts& facts, const verdict::Knobs& wanted);

}  // namespace refrag::testbed
