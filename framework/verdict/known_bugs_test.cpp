// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/known_bugs.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag::verdict;

namespace {

const KnownBug& built_in(std::string_view signature) {
  for (const auto& bug : built_in_bugs()) {
    if (bug.signature == signature) return bug;
  }
  FAIL("no such bug");
  throw std::logic_error("unreachable");
}

std::string complaint(const std::string& toml) {
  try {
    parse_known_bugs(toml, "bugs.toml");
  } catch (const refrag::base::Error& error) {
    return error.fault() == refrag::base::Fault::usage ? error.what() : "another fault";
  }
  return "none";
}

std::string with_kernels(const std::string& kernels) {
  return "[[bug]]\nsignature = 'x'\nmeaning = 'y'\nkernels = " + kernels;
}

}  // namespace

TEST_CASE("the founding bug is expected from 2.6.17-rc3 up to its fix", "[verdict]") {
  const auto& bug = built_in("vlan-not-refragmented");
  for (const auto* version : {"2.6.17-rc3", "2.6.17", "2.6.22.19", "2.6.29.6", "2.6.30-rc3"}) {
    INFO(version);
    CHECK(bug.is_expected_on(version));
  }
  for (const auto* version : {"2.6.16", "2.6.17-rc2", "2.6.30-rc4", "2.6.30", "6.1.192-2"}) {
    INFO(version);
    CHECK_FALSE(bug.is_expected_on(version));
  }
}

TEST_CASE("a branch that a version belongs to is looked up instead of upstream", "[verdict]") {
  const auto& bug = built_in("vlan-not-refragmented");
  CHECK(bug.is_expected_on("2.6.18-128.el5xen"));
  CHECK_FALSE(bug.is_expected_on("2.6.18-164.el5"));
  CHECK(bug.is_expected_on("2.6.18-164"));
}

TEST_CASE("a bug is seen in the cells that fit, past its edge", "[verdict]") {
  const auto& bug = built_in("vlan-not-refragmented");
  CHECK(bug.affects(Cell{{"tag", "vlan3"}, {"nf", "1"}, {"dir", "a>b"}}));
  CHECK_FALSE(bug.affects(Cell{{"tag", "none"}, {"nf", "1"}}));
  CHECK_FALSE(bug.affects(Cell{{"tag", "vlan3"}, {"nf", "0"}}));
  CHECK_FALSE(bug.affects(Cell{{"nf", "1"}}));
  CHECK_FALSE(bug.is_beyond(1476, 1500));
  CHECK(bug.is_beyond(1477, 1500));
  CHECK(bug.is_beyond(8977, 9000));
}

TEST_CASE("a table of known bugs may have open ranges, and may be empty", "[verdict]") {
  CHECK(parse_known_bugs("", "none").empty());
  const auto bugs = parse_known_bugs(with_kernels("[{ before = '5' }, { from = '6' }]"), "x");
  REQUIRE(bugs.size() == 1);
  CHECK(bugs[0].is_expected_on("4.19"));
  CHECK_FALSE(bugs[0].is_expected_on("5.10"));
  CHECK(bugs[0].is_expected_on("6.1"));
}

TEST_CASE("a mistake in the table is named, and nothing is guessed", "[verdict]") {
  using Catch::Contains;
  CHECK_THAT(complaint("[[bug]"), Contains("bugs.toml: line 1"));
  CHECK_THAT(complaint("[[bugs]]"), Contains("unknown key 'bugs'"));
  CHECK_THAT(complaint("bug = 3"), Contains("'bug' is not a list"));
  CHECK_THAT(complaint("[[bug]]\nsignature = 'x'"), Contains("needs signature and meaning"));
  CHECK_THAT(complaint("[[bug]]\nsignature = 3"), Contains("'signature' has the wrong type"));
  CHECK_THAT(complaint(with_kernels("[{ form = '5' }]")), Contains("unknown key 'form'"));
  CHECK_THAT(complaint(with_kernels("[{ from = '5', before = '4' }]")), Contains("no version"));
  CHECK_THAT(complaint(with_kernels("['5']")), Contains("is not a table"));
}
