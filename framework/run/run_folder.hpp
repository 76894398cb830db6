// SPDX-License-Identifier: GPL-2.0-or-later
// The folder of one run, while it is written:
//   results.jsonl       every record, appended as it comes (verdict/result.hpp)
//   kernels/LABEL/      consoles, logs and the testbed's address of one kernel
//   junit/              made from results.jsonl at the end
#pragma once

#include <vector>

#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::run {

namespace fs = base::fs;

class RunFolder {
 public:
  static bool holds_run(const fs::path& path);

  // Throws Error (usage) when it already holds a run.
  static void require_unused(const fs::path& path);

  // Makes it. Throws Error: usage when it already holds a run, lab when it cannot be made.
  explicit RunFolder(fs::path path);

  const fs::path& path() const noexcept { return path_; }
  fs::path kernel_folder(const std::string& label) const;  // made when it is not there

  void add(const verdict::Record& record);
  const std::vector<verdict::Record>& records() const noexcept { return records_; }

  // Seconds since the run began.
  double now() const { return watch_.seconds(); }

 private:
  fs::path path_;
  base::Fd results_;
  std::vector<verdict::Record> records_;
  base::Stopwatch watch_;
};

// "refrag-runs/20261122T101500Z": where a run goes that was not told where.
fs::path default_run_folder();

// UTC, "YYYY-MM-DDThh:mm:ss".
std::string utc_now();

}  // namespace refrag::run
