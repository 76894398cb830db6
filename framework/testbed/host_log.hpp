// SPDX-License-Identifier: GPL-2.0-or-later
// The host's kernel messages, each reported once. Reads only: the log is the host's own.
#pragma once

#include <string>
#include <vector>

#include "framework/host/shell.hpp"

namespace refrag::testbed {

class HostLog {
 public:
  static constexpr int most_lines = 500;  // of one report; the newest are kept

  // What is in the log now is not reported.
  HostLog(host::Shell& shell, base::Deadline deadline);

  // What has come since the last call, printable. Throws Error (lab).
  std::vector<std::string> fresh(base::Deadline deadline);

 private:
  host::Shell& shell_;
  std::string last_;  // the last line that was seen, as it came
};

}  // namespace refrag::testbed
