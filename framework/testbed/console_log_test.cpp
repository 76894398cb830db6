// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/console_log.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/files.hpp"

namespace refrag::testbed {

TEST_CASE("a console's log is on disk line by line, and goes on where it was left", "[testbed]") {
  const base::TempDir folder("log");
  const auto path = (folder.path() / "guest-a.log").string();
  ConsoleLog first(path);
  first("booting");
  CHECK(base::read_file(path) == "booting\n");
  ConsoleLog second(path);
  second("later");
  CHECK(base::read_file(path) == "booting\nlater\n");
}

TEST_CASE("a console that talks without end fills no disk", "[testbed]") {
  const base::TempDir folder("log");
  const auto path = (folder.path() / "guest-a.log").string();
  const std::string line(1 << 20, 'x');
  for (int program = 0; program < 2; ++program) {
    ConsoleLog log(path);
    for (int i = 0; i < 20; ++i) log(line);
  }
  CHECK(base::fs::file_size(path) <= console_log_limit);
  CHECK(base::fs::file_size(path) > console_log_limit - 2 * line.size());
}

}  // namespace refrag::testbed
