// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/host_log.hpp"

#include "framework/base/catch.hpp"

namespace refrag::testbed {

using Lines = std::vector<std::string>;

TEST_CASE("kernel messages are reported once, and only new ones", "[testbed]") {
  const std::string boot = "[1.0] boot\n[2.0] it's \"up\" \\n $HOME\n";
  HostLog log(boot);
  CHECK(log.fresh(boot).empty());
  const auto later = boot + "[3.0] new\n[4.0] newer\n";
  CHECK(log.fresh(later) == Lines{"[3.0] new", "[4.0] newer"});
  CHECK(log.fresh(later).empty());
}

TEST_CASE("a log that has run over is new as a whole, within bounds", "[testbed]") {
  HostLog log("[1.0] boot\n");
  std::string flood;
  for (int i = 0; i < 2000; ++i) flood += "[9.0] line " + std::to_string(i) + "\n";
  const auto lines = log.fresh(flood);
  CHECK(lines.size() == HostLog::most_lines);
  CHECK(lines.back() == "[9.0] line 1999");
}

TEST_CASE("an empty log and hostile bytes do no harm", "[testbed]") {
  HostLog log("");
  const std::string hostile = "[1.0] \x1b[2J\xff'$(reboot)'\n";
  CHECK(log.fresh(hostile) == Lines{"[1.0] ?[2J\xEF\xBF\xBD'$(reboot)'"});
  CHECK(log.fresh(hostile).empty());
}

}  // namespace refrag::testbed
