// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/shell.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;
using base::Deadline;
using host::Shell;

namespace {
Deadline soon() { return Deadline::in(base::seconds(20)); }
}  // namespace

TEST_CASE("a script's output and exit code come back", "[host]") {
  Shell shell({"sh"});
  const auto reply = shell.run("echo one; echo two >&2; exit 3", soon());
  CHECK(reply.out == "one\ntwo");
  CHECK(reply.code == 3);
}

TEST_CASE("a script cannot end or change the shell that stays", "[host]") {
  Shell shell({"sh"});
  shell.run("cd /; x=1; exit 1", soon());
  CHECK(shell.run_ok("echo [$x]; pwd", soon()).substr(0, 3) == "[]\n");
  shell.run("cat; exec 1>&-", soon());  // neither eats the next script nor closes the channel
  CHECK(shell.run_ok("printf done", soon()) == "done");
}

TEST_CASE("large answers arrive whole", "[host]") {
  Shell shell({"sh"});
  CHECK(shell.run_ok("head -c 1000000 /dev/zero | tr '\\0' x", soon()).size() == 1'000'000);
}

TEST_CASE("a script that fails is an error with its words", "[host]") {
  Shell shell({"sh"});
  CHECK_THROWS_WITH(shell.run_ok("echo no such knob; false", soon()),
                    Catch::Contains("no such knob"));
}

TEST_CASE("a host that does not answer in time is an error, and the next script works", "[host]") {
  Shell shell({"sh"});
  CHECK_THROWS_AS(shell.run("sleep 60", Deadline::in(base::milliseconds(100))), base::Error);
  CHECK(shell.run_ok("echo again", soon()) == "again");
}

TEST_CASE("a connection that ends is an error, not silence", "[host]") {
  Shell shell({"sh", "-c", "read line; exit 0"});
  CHECK_THROWS_WITH(shell.run("true", soon()), Catch::Contains("ended"));
}

TEST_CASE("an answer without end is cut off", "[host]") {
  Shell shell({"sh"});
  CHECK_THROWS_WITH(shell.run("yes", soon()), Catch::Contains("no end"));
}
