// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/host_log.hpp"

#include <fmt/format.h>

#include "framework/base/text.hpp"

namespace refrag::testbed {

namespace {

// All of the log when the last line is not in it any more: then all of it is new.
constexpr auto after_last = R"(dmesg | LAST={} awk '
  ENVIRON["LAST"] != "" && $0 == ENVIRON["LAST"] {{ n = 0; next }}
  {{ line[n++] = $0 }}
  END {{ for (i = 0; i < n; i++) print line[i] }}' | tail -n {})";

}  // namespace

HostLog::HostLog(host::Shell& shell, base::Deadline deadline)
    : shell_(shell), last_(shell.run_ok("dmesg | tail -n 1", deadline)) {}

std::vector<std::string> HostLog::fresh(base::Deadline deadline) {
  const auto script = fmt::format(after_last, base::shell_quote(last_), most_lines);
  auto lines = base::split(shell_.run_ok(script, deadline), '\n');
  if (!lines.empty()) last_ = lines.back();
  for (auto& line : lines) line = base::printable(line);
  return lines;
}

}  // namespace refrag::testbed
