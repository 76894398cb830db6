// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel logs of one attempt at a kernel, as they come from sweeps, consoles and the host
// itself, and the splats in them, each once: the same fault of the same machine shows up in more
// than one of these, and again and again.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "framework/base/files.hpp"
#include "framework/run/ignored_splats.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::run {

class SplatLog {
 public:
  SplatLog(std::string kernel, int attempt, const std::vector<IgnoredSplat>& ignored)
      : kernel_(std::move(kernel)), attempt_(attempt), ignored_(ignored) {}

  // What is new in a sweep's messages ("host: ...", "guest a: ..."), one machine's log, or a file
  // that holds one (none when it cannot be read).
  std::vector<verdict::SplatRecord> in_sweep(const verdict::SweepRecord& sweep);
  std::vector<verdict::SplatRecord> in_log(const std::string& where,
                                           std::span<const std::string> lines,
                                           const std::string& during);
  std::vector<verdict::SplatRecord> in_file(const std::string& where, const base::fs::path& file,
                                            const std::string& during);

 private:
  std::string kernel_;
  int attempt_;
  const std::vector<IgnoredSplat>& ignored_;
  std::set<std::string> known_;  // where and fingerprint
};

}  // namespace refrag::run
