// SPDX-License-Identifier: GPL-2.0-or-later
// A search on disk: FOLDER/search.jsonl, its first line the problem, then one line for each answer,
// synced before it is used. Killed at any point, it can be opened again and goes on.
#pragma once

#include <cstddef>
#include <vector>

#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"
#include "framework/bisect/problem.hpp"

namespace refrag::bisect {

namespace fs = base::fs;

class State {
 public:
  // Begins a search. Throws Error: usage for a problem that check() refuses and for a folder that
  // already holds a search, lab when it cannot be written.
  static State create(const fs::path& folder, const Problem& problem);

  // Opens one again; half a line at the end, from a kill, is removed. Throws Error: usage when
  // there is none, when it is damaged, or when another process is at it.
  static State resume(const fs::path& folder);

  const fs::path& folder() const noexcept { return folder_; }
  const Problem& problem() const noexcept { return problem_; }
  History history() const noexcept { return history_; }

  // On disk when it returns. Throws Error (lab) when it cannot be written; the file then ends with
  // the answer before.
  void append(const Boot& boot);

 private:
  explicit State(fs::path folder);
  void read();

  fs::path folder_;
  base::Fd file_;
  Problem problem_;
  std::vector<Boot> history_;
};

}  // namespace refrag::bisect
