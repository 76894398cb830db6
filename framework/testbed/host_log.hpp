// SPDX-License-Identifier: GPL-2.0-or-later
// The host's kernel messages, each reported once. Reads only: the log is the host's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace refrag::testbed {

class HostLog {
 public:
  static constexpr int most_lines = 500;  // of one report; the newest are kept

  // Prints the log; whoever owns the host's shell runs it and hands over what it says.
  static constexpr std::string_view script = "dmesg";

  // What is in the log now is not reported.
  explicit HostLog(std::string_view log);

  // What has come since the last call, printable.
  std::vector<std::string> fresh(std::string_view log);

 private:
  std::string last_;  // the last line that was seen, as it came
};

}  // namespace refrag::testbed
