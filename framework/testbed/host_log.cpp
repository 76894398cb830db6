// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/host_log.hpp"

#include <algorithm>

#include "framework/base/text.hpp"

namespace refrag::testbed {

HostLog::HostLog(std::string_view log) { fresh(log); }

std::vector<std::string> HostLog::fresh(std::string_view log) {
  auto lines = base::split(log, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  // All of the log is new when the last line that was seen is not in it any more.
  const auto seen = std::find(lines.rbegin(), lines.rend(), last_).base();
  if (!last_.empty()) lines.erase(lines.begin(), seen);
  if (std::ssize(lines) > most_lines) lines.erase(lines.begin(), lines.end() - most_lines);
  if (!lines.empty()) last_ = lines.back();
  for (auto& line : lines) line = base::printable(line);
  return lines;
}

}  // namespace refrag::testbed
