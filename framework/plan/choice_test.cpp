// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/choice.hpp"

#include <set>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;
using plan::Axis;
using verdict::Cell;

namespace {

const std::vector<Axis> axes = {{"tag", {"none", "vlan3", "qinq"}},
                                {"nf", {"1", "0"}},
                                {"family", {"ipv4", "ipv6"}},
                                {"rules", {"conntrack", "none", "drop"}}};

bool nothing(const Cell&) { return false; }
bool is_double_tagged(const Cell& cell) { return cell.at("tag") == "qinq"; }

std::set<std::string> pairs_in(const std::vector<Cell>& cells) {
  std::set<std::string> pairs;
  for (const auto& cell : cells) {
    for (const auto& a : axes) {
      for (const auto& b : axes) {
        pairs.insert(a.name + std::string(cell.at(a.name)) + b.name + std::string(cell.at(b.name)));
      }
    }
  }
  return pairs;
}

}  // namespace

TEST_CASE("all cells are the product, and say only what is unusual", "[plan]") {
  const auto cells = plan::all_cells(axes, {"tag", "nf"}, nothing);
  REQUIRE(cells.size() == 36);
  CHECK(cells.front().text() == "tag=none,nf=1");
  CHECK(cells.back().text() == "tag=qinq,nf=0,family=ipv6,rules=drop");
}

TEST_CASE("a cell that makes no sense is not among them", "[plan]") {
  CHECK(plan::all_cells(axes, {}, is_double_tagged).size() == 24);
}

TEST_CASE("pairwise keeps every pair of values in far fewer cells", "[plan]") {
  for (auto* senseless : {nothing, is_double_tagged}) {
    const auto all = plan::all_cells(axes, {"tag", "nf"}, senseless);
    const auto some = plan::pairwise(all);
    CHECK(pairs_in(some) == pairs_in(all));
    CHECK(some.size() < all.size() / 2);
    CHECK(some == plan::pairwise(all));
  }
}

TEST_CASE("no cells have no pairs", "[plan]") { CHECK(plan::pairwise({}).empty()); }

TEST_CASE("a choice has a name", "[plan]") {
  CHECK(plan::parse_choice("default") == plan::Choice::standard);
  CHECK(plan::parse_choice("pairwise") == plan::Choice::pairwise);
  CHECK(plan::parse_choice("full") == plan::Choice::full);
  CHECK_THROWS_AS(plan::parse_choice("some"), base::Error);
}

TEST_CASE("a cell of its own has the sizes around its own edges", "[plan]") {
  const auto has = [](const char* cell, int size) {
    const auto sizes = plan::sizes_in(*Cell::parse(cell), 1500);
    return std::ranges::binary_search(sizes, size);
  };
  for (const int size : {0, 56, 1468, 1469, 1471, 1472, 1473, 1476, 1477, 2952, 2953, 65507}) {
    CHECK(has("nf=1", size));
  }
  for (const int size : {1452, 1453, 1456, 1457}) CHECK(has("nf=1,family=ipv6", size));
  for (const int size : {971, 972, 973, 1472, 1473}) CHECK(has("nf=1,mtu=1000", size));
  for (const int size : {8968, 8972, 8973, 8976, 8977}) CHECK(has("nf=1,port=9000", size));
  CHECK(plan::sizes_in(*Cell::parse("df=1"), 1500).back() == 1472);
}
