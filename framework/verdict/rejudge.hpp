// SPDX-License-Identifier: GPL-2.0-or-later
// Today's judge over evidence of another day.
#pragma once

#include <vector>

#include "framework/verdict/result.hpp"

namespace refrag::verdict {

struct Rejudged {
  int judged = 0;   // cases whose evidence is there
  int changed = 0;  // those of them that came to something else now
};

// Gives every case that has its echoes and its sweep in the records the judgement that they would
// get now. All others (of machines that died, of suites that never reported) stay as they are.
Rejudged rejudge(std::vector<Record>& records);

}  // namespace refrag::verdict
