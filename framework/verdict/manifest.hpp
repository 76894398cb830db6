// SPDX-License-Identifier: GPL-2.0-or-later
// A run as a list of tasks for any engine that starts programs on hosts: one JSON line for each
// kernel and suite, never changed once it is written. Beside it grows the tree of results:
//
//   manifest.jsonl                  line N is task N
//   tasks/N/attempt-K/              the folder of one run (results.jsonl, kernels/, reports)
//   tasks/N/attempt-K/done          renamed into place last: how this attempt came to its end
//
// Every attempt makes a folder of its own, so two at once do no harm.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/files.hpp"

namespace refrag::verdict {

struct Task {
  int number = 0;          // its line, from 1; not written
  std::string tool = {};   // "refrag 0.1.0"
  std::string label = {};  // of the kernel, unique in the manifest
  std::string suite = {};
  int planned = 0;          // cases
  std::string kernel = {};  // spec
  std::string guest = {};   // spec or "same"; empty: the testbed's own
  std::string testbed = {};
  std::string axes = {};  // which cells of the suite: "default", "pairwise", "full"
  std::vector<std::string> select = {};
  std::vector<std::string> ignored_splats = {};  // files
  std::string known_bugs = {};                   // file; empty: the built-in table
  int retries = 0;
  double minutes = 0;                              // deadline of the kernel
  std::string directory = {};                      // what relative paths are relative to
  std::map<std::string, std::string> inputs = {};  // "kernel", "suite", a file: SHA-256

  bool operator==(const Task&) const = default;
};

// One line of JSON with its newline.
std::string to_line(const Task& task);

// All of them. Throws Error (usage) that names the line.
std::vector<Task> read_manifest(const base::fs::path& file);

// The manifest that is meant by a path: the file, or the manifest.jsonl of a folder. None when
// there is no such file.
std::optional<base::fs::path> manifest_at(const base::fs::path& path);

// TREE/tasks/7
base::fs::path task_folder(const base::fs::path& manifest, int number);

// How an attempt came to its end.
struct Done {
  int exit_code = 0;       // of `refrag run`: 4 says nothing about the kernel
  std::string host = {};   // where it ran
  std::string ended = {};  // UTC by that host's clock; no order rests on it
};

std::string to_text(const Done& done);
std::optional<Done> done_from(std::string_view text);

struct TaskAttempt {
  int number = 0;  // from 1, in the order in which they began
  base::fs::path folder = {};
  std::optional<Done> done = {};  // none: it never came to its end, or is still at it
};

// Those that there are, in order.
std::vector<TaskAttempt> attempts_at(const base::fs::path& task_folder);

// The attempt that speaks for the task: the newest of those that came to their end and say
// something of the kernel, a finding before all others, since it is never weakened; else the newest
// that came to its end. Null when none did.
const TaskAttempt* speaking(const std::vector<TaskAttempt>& attempts);

}  // namespace refrag::verdict
