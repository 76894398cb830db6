// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/cases.hpp"

#include <algorithm>
#include <set>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;
using plan::cases_of;
using plan::cells_of;
using plan::sizes_for;

namespace {
const plan::SuiteShape shape = {
    "vlan_ping_sizes",
    "echo",
    {{"tag", {"none", "vlan3"}}, {"nf", {"1", "0"}}, {"dir", {"a>b", "b>a"}}}};
}

TEST_CASE("the sizes at MTU 1500 are those around every edge that was ever seen", "[plan]") {
  CHECK(sizes_for(1500) ==
        std::vector<int>{0, 56, 1400, 1471, 1472, 1473, 1476, 1477, 2000, 2952, 2953, 8000, 65507});
}

TEST_CASE("the edges move with the MTU", "[plan]") {
  const auto sizes = sizes_for(9000);
  for (const int size : {8971, 8972, 8973, 8976, 8977, 2 * 8976 - 8, 2 * 8976 - 7}) {
    INFO(size);
    CHECK(std::count(sizes.begin(), sizes.end(), size) == 1);
  }
}

TEST_CASE("sizes are sorted, each once, and no larger than IPv4 carries", "[plan]") {
  for (const int mtu : {68, 84, 576, 1400, 1428, 1500, 2028, 9000, 65535}) {
    const auto sizes = sizes_for(mtu);
    INFO(mtu);
    CHECK(std::adjacent_find(sizes.begin(), sizes.end(), std::greater_equal<>()) == sizes.end());
    CHECK(sizes.front() == 0);
    CHECK(sizes.back() == 65507);
  }
}

TEST_CASE("an MTU that IPv4 does not have is refused", "[plan]") {
  for (const int mtu : {-1, 0, 67, 65536}) CHECK_THROWS_AS(sizes_for(mtu), base::Error);
}

TEST_CASE("cells are all combinations, the last axis changing fastest", "[plan]") {
  const auto cells = cells_of(shape);
  REQUIRE(cells.size() == 8);
  CHECK(cells[0].text() == "tag=none,nf=1,dir=a>b");
  CHECK(cells[1].text() == "tag=none,nf=1,dir=b>a");
  CHECK(cells[2].text() == "tag=none,nf=0,dir=a>b");
  CHECK(cells[7].text() == "tag=vlan3,nf=0,dir=b>a");
}

TEST_CASE("an axis without values makes no cells", "[plan]") {
  CHECK(cells_of({"s", "n", {{"tag", {}}}}).empty());
}

TEST_CASE("cases are cells times sizes, with ids of their own", "[plan]") {
  const auto cases = cases_of(shape, "6.1", 1500);
  CHECK(cases.size() == 104);
  CHECK(cases[0].text() == "vlan_ping_sizes/echo@6.1[tag=none,nf=1,dir=a>b,size=0]");
  CHECK(std::set<verdict::CaseId>(cases.begin(), cases.end()).size() == cases.size());
}
