// SPDX-License-Identifier: GPL-2.0-or-later
// The folder of one run, while it is written:
//   results.jsonl       every record, appended as it comes (verdict/result.hpp)
//   kernels/LABEL/      consoles, logs and the testbed's address of one kernel; those of further
//                       attempts are in attempt-N/ in it
//   known-bugs.toml     when the run was given a table of its own
//   junit/              made from results.jsonl at the end
#pragma once

#include <mutex>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::run {

namespace fs = base::fs;

inline constexpr const char* known_bugs_file = "known-bugs.toml";

// A result cannot be kept, the disk is full or gone: nothing that goes on is of any use.
class NotKept : public base::Error {
 public:
  using Error::Error;
};

// Safe to use from several threads.
class RunFolder {
 public:
  static bool holds_run(const fs::path& path);

  // Throws Error (usage) when it already holds a run.
  static void require_unused(const fs::path& path);

  // Makes it. Throws Error: usage when it already holds a run, lab when it cannot be made.
  explicit RunFolder(fs::path path);

  // One that a runner has left behind, to go on with: a half-written last line is cut off. Throws
  // Error (usage) when it holds no run or a runner is still at work in it.
  static RunFolder reopen(const fs::path& path);

  const fs::path& path() const noexcept { return path_; }
  fs::path kernel_folder(const std::string& label, int attempt = 1) const;  // made if not there

  // On disk when it returns. Throws NotKept.
  void add(const verdict::Record& record);

  // What was there when it was reopened.
  const std::vector<verdict::Record>& earlier() const noexcept { return earlier_; }

  // Seconds since the run began, without the time in which nobody was at work in it.
  double now() const { return before_ + watch_.seconds(); }

 private:
  RunFolder(fs::path path, base::Fd results)
      : path_(std::move(path)), results_(std::move(results)) {}
  void claim();

  fs::path path_;
  base::Fd results_;
  std::unique_ptr<std::mutex> adding_ = std::make_unique<std::mutex>();
  std::vector<verdict::Record> earlier_;
  double before_ = 0;
  base::Stopwatch watch_;
};

// "refrag-runs/20261122T101500Z": where a run goes that was not told where.
fs::path default_run_folder();

// UTC, "YYYY-MM-DDThh:mm:ss".
std::string utc_now();

}  // namespace refrag::run
