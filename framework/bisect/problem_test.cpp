// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/problem.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag::bisect;

namespace {

Problem of(std::vector<Build> builds) {
  Problem problem;
  problem.builds = std::move(builds);
  return problem;
}

}  // namespace

TEST_CASE("builds are put in the order of their versions", "[bisect]") {
  std::vector<Build> builds = {{"c", "", "6.12.9-1"},
                               {"a", "", "2.6.18-128.el5"},
                               {"b", "", "6.1.90-1"},
                               {"b2", "", "6.1.90-1"}};
  sort_by_version(builds);
  std::string order;
  for (const auto& build : builds) order += build.label;
  CHECK(order == "abb2c");
}

TEST_CASE("a search that cannot be done is refused before anything boots", "[bisect]") {
  using refrag::base::Error;
  CHECK_NOTHROW(check(of({{"a"}, {"b"}})));
  CHECK_THROWS_AS(check(of({})), Error);
  CHECK_THROWS_AS(check(of({{"a"}})), Error);
  CHECK_THROWS_AS(check(of({{"a"}, {"b"}, {"a"}})), Error);

  auto problem = of({{"a"}, {"b"}, {"c"}});
  problem.older_end = 2;
  problem.newer_end = 1;
  CHECK_THROWS_AS(check(problem), Error);
  problem.newer_end = 7;
  CHECK_THROWS_AS(check(problem), Error);

  problem = of({{"a"}, {"b"}});
  for (const double impossible : {0.0, 0.3, 1.0}) {
    problem.confidence = impossible;
    CHECK_THROWS_AS(check(problem), Error);
  }
  problem.confidence = 0.9;
  CHECK_NOTHROW(check(problem));
  for (const double impossible : {0.0, 0.001, 1.1}) {
    problem.notice = impossible;
    CHECK_THROWS_AS(check(problem), Error);
  }
}

TEST_CASE("the bound is ceil(log2 N) + 6", "[bisect]") {
  for (const auto& [builds, boots] :
       {std::pair{2, 7}, {3, 8}, {4, 8}, {5, 9}, {32, 11}, {33, 12}, {64, 12}}) {
    CHECK(quiet_boots(of(std::vector<Build>(static_cast<std::size_t>(builds)))) ==
          static_cast<std::size_t>(boots));
  }
}
