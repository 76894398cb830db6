// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/shell_files.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/files.hpp"

using namespace refrag;

TEST_CASE("a host's files are read and written by way of its shell", "[host]") {
  const base::TempDir folder("files");
  const auto one = (folder.path() / "one of them").string();
  const auto none = (folder.path() / "none" / "there").string();
  const auto deadline = base::Deadline::in(base::seconds(10));
  host::Shell shell({"sh"});
  host::ShellFiles files(shell);

  CHECK(files.write({{one, "a 'b'\n%s\n"}, {none, "x"}}, deadline) == std::vector{none});
  CHECK(base::read_file(one) == "a 'b'\n%s\n");
  const auto texts = files.read({none, one}, deadline);
  CHECK(texts == std::map<std::string, std::string>{{one, "a 'b'\n%s\n"}});
  CHECK(files.write({{one, ""}}, deadline).empty());
  CHECK(files.read({one}, deadline).empty());
}
