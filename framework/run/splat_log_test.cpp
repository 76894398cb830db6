// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/splat_log.hpp"

#include "framework/base/catch.hpp"

using namespace refrag;
using run::SplatLog;

namespace {

const std::vector<run::IgnoredSplat> none;
const std::string warning = "[  1.0] WARNING: CPU: 0 PID: 1 at net/x.c:1 f+0x1/0x2";
const std::vector<std::string> a_log{warning, "[  1.0] Call Trace:", "[  1.0]  g+0x1/0x2",
                                     "[  1.1] fine"};

verdict::SweepRecord sweep(std::vector<std::string> messages) {
  verdict::SweepRecord record{.suite = "s", .name = "echo", .kernel = "k", .cell = {{"nf", "1"}}};
  record.evidence.kernel_messages = std::move(messages);
  return record;
}

}  // namespace

TEST_CASE("a splat in a sweep says where and during what", "[run]") {
  SplatLog splats("k", 2, none);
  const auto found = splats.in_sweep(sweep(
      {"host: " + warning, "guest a: " + warning, "host: Call Trace:", "host:  g+0x1/0x2", "odd"}));
  REQUIRE(found.size() == 2);
  CHECK(found[0].where == "guest a");
  CHECK(found[1].where == "host");
  CHECK(found[1].during == "s/echo[nf=1]");
  CHECK(found[1].fingerprint == "warning:f|g");
  CHECK(found[1].attempt == 2);
  CHECK(found[1].counts());
}

TEST_CASE("what was told of a machine is not told of it again", "[run]") {
  SplatLog splats("k", 1, none);
  CHECK(splats.in_log("host", a_log, "boot").size() == 1);
  CHECK(splats.in_log("host", a_log, "boot").empty());
  CHECK(splats.in_log("guest a", a_log, "boot").size() == 1);
}

TEST_CASE("a console's file is read with its carriage returns and escapes", "[run]") {
  const base::TempDir folder("test");
  const auto file = folder.path() / "console.log";
  base::write_file(file, "\x1b[2Jboot\r\n" + warning + "\x1b[0m\r\n Call Trace:\r\n g+0x1/0x2\r\n");
  SplatLog splats("k", 1, none);
  const auto found = splats.in_file("host", file, "console");
  REQUIRE(found.size() == 1);
  CHECK(found[0].fingerprint == "warning:f|g");
  CHECK(found[0].title.find('\x1b') == std::string::npos);
  CHECK(splats.in_file("host", folder.path() / "absent", "console").empty());
}

TEST_CASE("an ignored splat is recorded with the reason", "[run]") {
  const std::vector<run::IgnoredSplat> list{{"warning:f|*", "*", "*", "known"}};
  SplatLog splats("k", 1, list);
  const auto found = splats.in_log("host", a_log, "boot");
  REQUIRE(found.size() == 1);
  CHECK(found[0].ignored == "known");
  CHECK_FALSE(found[0].counts());
}
