// SPDX-License-Identifier: GPL-2.0-or-later
// Shell scripts play the suite programs that behave badly.
#include "framework/run/suite_program.hpp"

#include <sys/eventfd.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/text.hpp"

using namespace refrag;
using base::Deadline;
using base::seconds;

namespace {

struct Played {
  run::SuiteEnd end;
  std::vector<std::string> lines;
};

Played play(const std::string& script, base::Clock::duration quiet = seconds(20),
            int watch_fd = -1) {
  const base::TempDir dir("suite");
  base::write_file(dir.path() / "suite", "#!/bin/sh\n" + script, 0755);
  Played played;
  played.end = run::run_suite({"played", dir.path() / "suite"},
                              {"address", "selected", dir.path() / "log", quiet}, watch_fd,
                              Deadline::in(seconds(30)),
                              [&](std::string_view line) { played.lines.emplace_back(line); });
  return played;
}

}  // namespace

TEST_CASE("a suite's lines are handed over whole, also when they come in pieces", "[run]") {
  const auto played = play("printf 'one\\ntw'; sleep 0.1; printf 'o\\nhalf'");
  CHECK(played.lines == std::vector<std::string>{"one", "two"});
  CHECK(played.end.status.ok());
}

TEST_CASE("a suite that is killed is told apart from one that ends", "[run]") {
  CHECK(play("echo one; kill -9 $$").end.status.signal == 9);
  CHECK(play("exit 3").end.status.code == 3);
}

TEST_CASE("a suite that falls silent is ended, and its children with it", "[run]") {
  const auto played = play("echo one; sleep 60 & sleep 60", base::milliseconds(200));
  CHECK(played.end.timed_out);
  CHECK(played.lines.size() == 1);
}

TEST_CASE("a suite whose testbed died may finish its line and is then ended", "[run]") {
  const base::Fd dead(::eventfd(1, EFD_CLOEXEC));
  const auto played = play("sleep 0.2; echo last; sleep 60", seconds(20), dead.get());
  CHECK(played.end.testbed_died);
  CHECK_FALSE(played.end.timed_out);
  CHECK(played.lines == std::vector<std::string>{"last"});
}

TEST_CASE("a suite that does not exist is named together with those that do", "[run]") {
  CHECK_THROWS_WITH(run::find_suites({"no_such_suite"}), Catch::Contains("no_such_suite"));
}
