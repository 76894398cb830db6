// SPDX-License-Identifier: GPL-2.0-or-later
// With a dmesg of our own: a file that the test writes.
#include "framework/testbed/host_log.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/files.hpp"

namespace refrag::testbed {

namespace {

struct FakeLog {
  base::TempDir folder{"dmesg"};
  base::fs::path file = folder.path() / "log";
  host::Shell shell{{"env", "PATH=" + folder.path().string() + ":/usr/bin:/bin", "sh"}};

  explicit FakeLog(const std::string& text) {
    base::write_file(folder.path() / "dmesg", "#!/bin/sh\nexec cat " + file.string() + "\n", 0755);
    base::write_file(file, text);
  }
};

base::Deadline soon() { return base::Deadline::in(base::seconds(20)); }

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("kernel messages are reported once, and only new ones", "[testbed]") {
  FakeLog fake("[1.0] boot\n[2.0] it's \"up\" \\n $HOME\n");
  HostLog log(fake.shell, soon());
  CHECK(log.fresh(soon()).empty());
  base::write_file(fake.file, "[1.0] boot\n[2.0] it's \"up\" \\n $HOME\n[3.0] new\n[4.0] newer\n");
  CHECK(log.fresh(soon()) == Lines{"[3.0] new", "[4.0] newer"});
  CHECK(log.fresh(soon()).empty());
}

TEST_CASE("a log that has run over is new as a whole, within bounds", "[testbed]") {
  FakeLog fake("[1.0] boot\n");
  HostLog log(fake.shell, soon());
  std::string flood;
  for (int i = 0; i < 2000; ++i) flood += "[9.0] line " + std::to_string(i) + "\n";
  base::write_file(fake.file, flood);
  const auto lines = log.fresh(soon());
  CHECK(lines.size() == HostLog::most_lines);
  CHECK(lines.back() == "[9.0] line 1999");
}

TEST_CASE("an empty log and hostile bytes do no harm", "[testbed]") {
  FakeLog fake("");
  HostLog log(fake.shell, soon());
  base::write_file(fake.file, "[1.0] \x1b[2J\xff'$(reboot)'\n");
  CHECK(log.fresh(soon()) == Lines{"[1.0] ?[2J\xEF\xBF\xBD'$(reboot)'"});
  CHECK(log.fresh(soon()).empty());
}

}  // namespace refrag::testbed
