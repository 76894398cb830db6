// SPDX-License-Identifier: GPL-2.0-or-later
// The results of a manifest's tasks (verdict/manifest.hpp): which attempt speaks for each, and what
// there is no result of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/verdict/manifest.hpp"

namespace refrag::reports {

struct TaskResult {
  verdict::Task task;
  std::optional<base::fs::path> folder;  // of the attempt that speaks for it; none: nothing does
  std::string attempts;                  // what became of all of them, when there is more to tell

  // "never ran", or what is known of attempts that did not come to their end.
  std::string missing_reason() const;
};

// In the order of the tasks. Throws Error (usage) for a manifest that cannot be read.
std::vector<TaskResult> read_tree(const base::fs::path& manifest);

// "12 of 12 tasks have a result; more than one attempt at 2: ..." in one line.
std::string summary(const std::vector<TaskResult>& results);

}  // namespace refrag::reports
