// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/host_log.hpp"

#include <algorithm>

#include "framework/base/text.hpp"

namespace refrag::testbed {

HostLog::HostLog(host::Shell& shell, base::Deadline deadline)
    : shell_(shell), last_(shell.run_ok("dmesg | tail -n 1", deadline)) {}

std::vector<std::string> HostLog::fresh(base::Deadline deadline) {
  auto lines = base::split(shell_.run_ok("dmesg", deadline), '\n');
  // All of the log is new when the last line that was seen is not in it any more.
  const auto seen = std::find(lines.rbegin(), lines.rend(), last_).base();
  if (!last_.empty()) lines.erase(lines.begin(), seen);
  if (std::ssize(lines) > most_lines) lines.erase(lines.begin(), lines.end() - most_lines);
  if (!lines.empty()) last_ = lines.back();
  for (auto& line : lines) line = base::printable(line);
  return lines;
}

}  // namespace refrag::testbed
