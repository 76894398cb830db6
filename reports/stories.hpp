// SPDX-License-Identifier: GPL-2.0-or-later
// Of every failed case that was looked into: where the packet was lost and why, with a drawing.
#pragma once

#include <string>

#include "reports/run.hpp"

namespace refrag::reports {

// Text for a terminal; empty when no case has a story.
std::string stories(const Run& run);

}  // namespace refrag::reports
