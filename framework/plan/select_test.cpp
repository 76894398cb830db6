// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/select.hpp"

#include <algorithm>
#include <set>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/plan/cases.hpp"

using namespace refrag;
using Catch::Contains;
using plan::Selection;

namespace {

const std::vector<verdict::CaseId> cases =
    plan::cases_of({"vlan_ping_sizes",
                    "echo",
                    {{"tag", {"none", "vlan3"}}, {"nf", {"1", "0"}}, {"dir", {"a>b", "b>a"}}}},
                   "6.1.0-42-amd64", 1500);

std::vector<verdict::CaseId> select(const std::vector<std::string>& expressions) {
  return Selection::parse(expressions).apply(cases);
}

std::set<int> sizes(const std::vector<std::string>& expressions) {
  std::set<int> found;
  for (const auto& id : select(expressions)) found.insert(id.size.value());
  return found;
}

std::string error_of(const std::string& expression) {
  try {
    select({expression});
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::usage);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("no expression selects every case", "[plan]") { CHECK(select({}).size() == 104); }

TEST_CASE("all terms of an expression have to hold", "[plan]") {
  const auto selected = select({"tag=vlan3,nf=1,size>=1477"});
  CHECK(selected.size() == 2 * 6);
  for (const auto& id : selected) {
    CHECK(id.cell.at("tag") == "vlan3");
    CHECK(id.cell.at("nf") == "1");
    CHECK(*id.size >= 1477);
  }
}

TEST_CASE("one of several expressions is enough, and order and count stay the plan's", "[plan]") {
  const auto selected = select({"size=65507,nf=1", "size=65507"});
  CHECK(selected.size() == 8);
  CHECK(std::is_sorted(selected.begin(), selected.end(), [](auto& a, auto& b) {
    return std::find(cases.begin(), cases.end(), a) < std::find(cases.begin(), cases.end(), b);
  }));
}

TEST_CASE("sizes are selected by comparison, range, list and glob", "[plan]") {
  CHECK(sizes({"size>2953"}) == std::set<int>{8000, 65507});
  CHECK(sizes({"size>=2953"}) == std::set<int>{2953, 8000, 65507});
  CHECK(sizes({"size<56"}) == std::set<int>{0});
  CHECK(sizes({"size<=56"}) == std::set<int>{0, 56});
  CHECK(sizes({"size=1471..1473"}) == std::set<int>{1471, 1472, 1473});
  CHECK(sizes({"size=0|1476..1477|65507"}) == std::set<int>{0, 1476, 1477, 65507});
  CHECK(sizes({"size=29*"}) == std::set<int>{2952, 2953});
  CHECK(sizes({"size!=0..2952|8000"}) == std::set<int>{2953, 65507});
}

TEST_CASE("a direction is a value like any other, although it has a > in it", "[plan]") {
  CHECK(select({"dir=a>b"}).size() == 52);
  CHECK(select({"dir!=a>b"}).size() == 52);
}

TEST_CASE("an id copied from a report selects that case", "[plan]") {
  for (const auto& id : cases) {
    CHECK(select({id.text()}) == std::vector<verdict::CaseId>{id});
  }
}

TEST_CASE("a glob is over the whole id, a plain word is a part of it", "[plan]") {
  CHECK(select({"vlan_ping_sizes/*"}).size() == 104);
  CHECK(select({"*tag=vlan3*nf=1*"}).size() == 26);
  CHECK(select({"*@*[tag=none,*]"}).size() == 52);
  CHECK(select({"vlan3"}).size() == 52);
  CHECK(select({"vlan_ping_sizes/echo"}).size() == 104);
  CHECK(select({"ech?"}).empty());
}

TEST_CASE("suite, case and kernel are axes too", "[plan]") {
  CHECK(select({"kernel=6.1.*,suite=vlan_*,case=echo|other"}).size() == 104);
  CHECK(select({"kernel=6.12*"}).empty());
}

TEST_CASE("what matches nothing selects nothing and is not an error here", "[plan]") {
  CHECK(select({"tag=vlan4"}).empty());
  CHECK(select({"size>65507"}).empty());
}

TEST_CASE("a case without an axis matches no term about it", "[plan]") {
  const std::vector<verdict::CaseId> end = {{"s", "end", "k", {}}};
  const std::vector<std::string> not_small = {"size!=0"};
  CHECK(Selection::parse(not_small).apply(end).empty());
}

TEST_CASE("a bad expression gets one line that shows the term", "[plan]") {
  CHECK_THAT(error_of(""), Contains("empty term"));
  CHECK_THAT(error_of("nf=1,"), Contains("empty term"));
  CHECK_THAT(error_of("nf="), Contains("'nf=' has no value"));
  CHECK_THAT(error_of("nf=1||0"), Contains("has no value"));
  CHECK_THAT(error_of("=1"), Contains("'=1' has no axis"));
  CHECK_THAT(error_of("size>=big"), Contains("'size>=big' needs a number"));
  CHECK_THAT(error_of("size>1|2"), Contains("one number") || Contains("needs a number"));
  CHECK_THAT(error_of("size=2000..1000"), Contains("backwards"));
  CHECK_THAT(error_of("size=12x"), Contains("'size=12x' is not a size"));
  CHECK_THAT(error_of("dir>b"), Contains("needs a number"));
  CHECK_THAT(error_of("s/e@k[nf=1"), Contains("without its ]"));
  CHECK_THAT(error_of("tga=vlan3"), Contains("no case has 'tga'") && Contains("tag"));
  CHECK_THAT(error_of("nf=\x1b[31m"), !Contains("\x1b"));
}
