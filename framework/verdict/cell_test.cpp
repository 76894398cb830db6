// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/cell.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag::verdict;

TEST_CASE("a cell has one text, whatever order its axes were set in", "[verdict]") {
  const Cell cell{
      {"dir", "a>b"}, {"rules", "none"}, {"nf", "1"}, {"bridge", "x"}, {"tag", "vlan3"}};
  CHECK(cell.text() == "tag=vlan3,nf=1,dir=a>b,bridge=x,rules=none");
  CHECK(Cell::parse("nf=1,tag=vlan3,rules=none,dir=a>b,bridge=x") == cell);
}

TEST_CASE("setting an axis again replaces its value", "[verdict]") {
  Cell cell{{"nf", "1"}};
  cell.set("nf", "0");
  CHECK(cell.text() == "nf=0");
  cell.drop("nf");
  CHECK(cell == Cell{});
}

TEST_CASE("a cell knows what its axes mean", "[verdict]") {
  const Cell tagged{{"tag", "vlan3"}, {"nf", "1"}, {"dir", "b>a"}};
  CHECK(tagged.is_tagged());
  CHECK(tagged.claims_reassembly());
  CHECK(tagged.sender() == "b");
  CHECK(tagged.peer() == "a");
  const Cell plain{{"tag", "none"}, {"nf", "0"}};
  CHECK_FALSE(plain.is_tagged());
  CHECK_FALSE(plain.claims_reassembly());
  CHECK(plain.sender() == "a");
  CHECK_FALSE(Cell{}.is_tagged());
}

TEST_CASE("a cell refuses what its text could not carry", "[verdict]") {
  Cell cell;
  CHECK_THROWS_AS(cell.set("tag", "a,b"), refrag::base::Error);
  CHECK_THROWS_AS(cell.set("tag", "a]"), refrag::base::Error);
  CHECK_THROWS_AS(cell.set("tag", ""), refrag::base::Error);
  CHECK_THROWS_AS(cell.set("Tag", "x"), refrag::base::Error);
  CHECK_THROWS_AS(cell.set("size", "12"), refrag::base::Error);
  for (const auto* bad : {"tag", "tag=", "=1", "nf=1,,dir=a>b", "nf=1,nf=0", "nf=1,", "size=3"}) {
    INFO(bad);
    CHECK_FALSE(Cell::parse(bad));
  }
}

TEST_CASE("the id of a case goes to text and back", "[verdict]") {
  const auto* const text =
      "vlan_ping_sizes/echo@6.1.0-42-amd64+replica:vlan-not-refragmented"
      "[tag=vlan3,nf=1,dir=a>b,size=1477]";
  const auto id = CaseId::parse(text);
  REQUIRE(id);
  CHECK(id->suite == "vlan_ping_sizes");
  CHECK(id->name == "echo");
  CHECK(id->kernel == "6.1.0-42-amd64+replica:vlan-not-refragmented");
  CHECK(id->cell == Cell{{"tag", "vlan3"}, {"nf", "1"}, {"dir", "a>b"}});
  CHECK(id->size == 1477);
  CHECK(id->text() == text);
}

TEST_CASE("an id needs neither a cell nor a size", "[verdict]") {
  for (const auto* text : {"s/end@6.1", "s/echo@6.1[nf=1]", "s/echo@6.1[size=0]"}) {
    const auto id = CaseId::parse(text);
    REQUIRE(id);
    CHECK(id->text() == text);
  }
}

TEST_CASE("what is not the id of a case is refused", "[verdict]") {
  for (const auto* bad :
       {"", "suite", "s/e", "s@k", "@k/", "s/e@", "/e@k", "s/@k", "s/e@k[", "s/e@k[nf=1", "s/e@k[]",
        "s/e@k[nf]", "s/e@k[size=]", "s/e@k[size=x]", "s/e@k[size=-1]", "s/e@k[size=65536]",
        "s/e@k[size=1,nf=1]", "s/e@k[nf=1]x"}) {
    INFO(bad);
    CHECK_FALSE(CaseId::parse(bad));
  }
}
