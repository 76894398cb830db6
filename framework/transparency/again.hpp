// SPDX-License-Identifier: GPL-2.0-or-later
// Today's oracle over the captures that a run has kept.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "framework/verdict/result.hpp"

namespace refrag::transparency {

struct Again {
  int judged = 0;                     // sweeps whose capture is there
  int changed = 0;                    // those of them whose violations are others now
  std::vector<std::string> problems;  // captures that should be there and are not, or not whole
};

// The bytes of a capture by its path in the run's folder; nothing where it cannot be read.
using ReadCapture = std::function<std::optional<std::string>(const std::string& path)>;

// Gives every sweep whose frames were kept the counts and violations that they would get now. All
// others (nothing was wrong then; edges searched for, whose frames are not kept) stay as they are.
// What becomes of the echoes is the judge's business (verdict/rejudge.hpp), afterwards.
Again look_again(std::vector<verdict::Record>& records, const ReadCapture& read);

}  // namespace refrag::transparency
