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
  const Cell cell{{"tag", "vlan3"}, {"nf", "1"}};
  CHECK(bug.fate(cell, 1472, 1500) == Fate::passes);
  CHECK(bug.fate(cell, 1476, 1500) == Fate::outgrows);
  CHECK(bug.fate(cell, 1477, 1500) == Fate::is_lost);
  CHECK(bug.fate(cell, 8976, 9000) == Fate::outgrows);
  CHECK(bug.fate(cell, 8977, 9000) == Fate::is_lost);
}

namespace {

// Which of the sizes do not pass, in a cell that is written as in an id.
std::vector<int> failing(std::string_view signature, std::string_view cell) {
  std::vector<int> sizes;
  for (const int size :
       {972, 973, 1452, 1453, 1456, 1457, 1468, 1469, 1472, 1473, 1476, 1477, 8972, 8973, 65507}) {
    if (built_in(signature).fate(*Cell::parse(cell), size, 1500) != Fate::passes) {
      sizes.push_back(size);
    }
  }
  return sizes;
}

using Sizes = std::vector<int>;

}  // namespace

TEST_CASE("each bug has its own cells and edges", "[verdict]") {
  CHECK(failing("nothing-refragmented", "tag=none,nf=1") ==
        Sizes{1473, 1476, 1477, 8972, 8973, 65507});
  CHECK(failing("nfct-only", "tag=none,nf=1,rules=notrack") ==
        Sizes{1473, 1476, 1477, 8972, 8973, 65507});
  CHECK(failing("nfct-only", "tag=vlan3,nf=1").empty());
  CHECK(failing("tag-lost", "tag=vlan3,nf=1,mtu=1000").front() == 973);
  CHECK(failing("tag-lost", "tag=none,nf=1").empty());
  CHECK(failing("ipv6-not-refragmented", "tag=none,nf=1,family=ipv6").front() == 1453);
  CHECK(failing("ipv6-not-refragmented", "tag=none,nf=1,family=ipv4").empty());
  CHECK(failing("frag-max-size-ignored", "tag=none,nf=1,mtu=1000").front() == 973);
  CHECK(failing("frag-max-size-ignored", "tag=none,nf=0,mtu=1000").empty());
  CHECK(failing("jumbo-drop", "tag=vlan3,nf=1,port=9000") == Sizes{8973, 65507});
  CHECK(failing("jumbo-drop", "tag=vlan3,nf=1").empty());
  CHECK(failing("small-tagged-dropped", "tag=vlan3,nf=0").front() == 1469);
  CHECK(failing("small-tagged-dropped", "tag=vlan3,nf=0,mtu=1000").empty());
  CHECK(failing("small-tagged-dropped", "tag=vlan3,nf=1,filter=0").front() == 1469);
  CHECK(failing("small-tagged-dropped", "tag=vlan3,nf=1").empty());
}

TEST_CASE("what is not fragmented again in PPPoE is lost, by the port's MTU or by its receiver",
          "[verdict]") {
  const auto& bug = built_in("pppoe-not-refragmented");
  const auto cell = *Cell::parse("tag=pppoe,nf=1,mtu=1000,pppoe=1");
  CHECK(bug.fate(cell, 964, 1500) == Fate::passes);
  CHECK(bug.fate(cell, 965, 1500) == Fate::is_lost);
  const auto* const effect = bug.effect_in(cell);
  CHECK_FALSE(effect->drops(cell, 1468, 1500));
  CHECK(effect->drops(cell, 1469, 1500));
  CHECK(bug.fate(cell, 1468, 1500) == Fate::is_lost);
  CHECK(failing("pppoe-not-refragmented", "tag=pppoe,nf=1,pppoe=1").front() == 1468);
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
