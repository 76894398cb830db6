// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/signature.hpp"

#include <algorithm>
#include <functional>

#include "framework/base/catch.hpp"

using namespace refrag::verdict;

namespace {

const std::vector<int> sizes = {0, 56, 1400, 1472, 1473, 1476, 1477, 2000, 65507};

using Fails = std::function<bool(const Cell&, int)>;

std::vector<CaseRecord> cases_where(const Fails& fails, const std::vector<int>& at = sizes) {
  std::vector<CaseRecord> cases;
  for (const auto* tag : {"none", "vlan3"}) {
    for (const auto* nf : {"0", "1"}) {
      for (const auto* dir : {"a>b", "b>a"}) {
        const Cell cell{{"tag", tag}, {"nf", nf}, {"dir", dir}};
        for (const int size : at) {
          const auto outcome = fails(cell, size) ? Outcome::failed : Outcome::passed;
          cases.push_back({{"s", "echo", "k", cell, size}, {outcome}});
        }
      }
    }
  }
  return cases;
}

bool has_bug(const Cell& cell, int size) {
  return cell.is_tagged() && cell.claims_reassembly() && size > 1476;
}

std::string name_where(const Fails& fails) { return signature_of(cases_where(fails), 1500).name; }

Edge edge(std::vector<int> passing, std::vector<int> failing) {
  return {Cell{}, std::move(passing), std::move(failing)};
}

}  // namespace

TEST_CASE("a healthy kernel has no signature", "[verdict]") {
  const auto signature = signature_of(cases_where([](auto&, int) { return false; }), 1500);
  CHECK(signature.name.empty());
  CHECK(signature.text.empty());
  CHECK(signature.findings.empty());
}

TEST_CASE("the founding bug is known by its edge and its cells", "[verdict]") {
  const auto signature = signature_of(cases_where(has_bug), 1500);
  CHECK(signature.name == "vlan-not-refragmented");
  CHECK(signature.text ==
        "largest payload that passes: 1476 = MTU + 4 - 28: VLAN frames are not fragmented again, "
        "as in Linux 2.6.17 to 2.6.29");
  REQUIRE(signature.findings.size() == 1);
  CHECK(signature.findings[0].where == "tag=vlan3,nf=1");
}

TEST_CASE("the founding bug has the same name at another MTU", "[verdict]") {
  const auto cases = cases_where(
      [](const Cell& cell, int size) {
        return cell.is_tagged() && cell.claims_reassembly() && size > 8976;
      },
      {0, 8972, 8976, 8977, 20000});
  CHECK(signature_of(cases, 9000).name == "vlan-not-refragmented");
}

TEST_CASE("the bug before it, which spares no fragmented datagram, has a name too", "[verdict]") {
  CHECK(name_where([](const Cell& cell, int size) {
          return cell.claims_reassembly() && size > 1472;
        }) == "nothing-refragmented");
}

TEST_CASE("a known bug is not seen where a cell contradicts it", "[verdict]") {
  const auto one_way = [](const Cell& cell, int size) {
    return has_bug(cell, size) && cell.sender() == "a";
  };
  const auto untagged_too = [](const Cell& cell, int size) {
    return cell.claims_reassembly() && size > 1476;
  };
  const auto other_edge = [](const Cell& cell, int size) {
    return cell.is_tagged() && cell.claims_reassembly() && size > 1400;
  };
  const auto with_a_hole = [](const Cell& cell, int size) {
    return has_bug(cell, size) && size != 2000;
  };
  for (const Fails& fails :
       {Fails(one_way), Fails(untagged_too), Fails(other_edge), Fails(with_a_hole)}) {
    CHECK(name_where(fails).starts_with("unnamed-"));
  }
}

TEST_CASE("a known bug is not named from an edge that is not known to the byte", "[verdict]") {
  const auto cases = cases_where(has_bug, {0, 1472, 1476, 2000});
  CHECK(signature_of(cases, 1500).name.starts_with("unnamed-"));
}

TEST_CASE("a failure nobody named has a name of its own that stays the same", "[verdict]") {
  const auto all = [](const Cell&, int size) { return size > 1472; };
  const auto one_way = [](const Cell& cell, int size) {
    return cell.sender() == "a" && size > 1472;
  };
  CHECK(name_where(all) == name_where(all));
  CHECK(name_where(all) != name_where(one_way));
  auto cases = cases_where(all);
  std::reverse(cases.begin(), cases.end());
  CHECK(signature_of(cases, 1500).name == name_where(all));
  const auto jumbo =
      cases_where([](auto&, int size) { return size > 8972; }, {0, 8972, 8973, 20000});
  CHECK(signature_of(jumbo, 9000).name == name_where(all));
}

TEST_CASE("a known bug without a control says so", "[verdict]") {
  auto cases = cases_where(has_bug);
  std::erase_if(cases, [](const CaseRecord& one) {
    return !one.id.cell.is_tagged() || !one.id.cell.claims_reassembly();
  });
  const auto signature = signature_of(cases, 1500);
  CHECK(signature.name == "vlan-not-refragmented");
  CHECK_THAT(signature.text, Catch::EndsWith("(no other cell was run to tell it apart)"));
}

TEST_CASE("only what failed makes an edge; broken sizes and dead hosts prove nothing",
          "[verdict]") {
  const Cell cell{{"nf", "1"}};
  std::vector<CaseRecord> cases;
  const auto add = [&](int size, Outcome outcome) {
    cases.push_back({{"s", "echo", "k", cell, size}, {outcome}});
  };
  add(2000, Outcome::failed);
  add(56, Outcome::passed);
  add(1472, Outcome::broken);
  add(8000, Outcome::crashed);
  add(9000, Outcome::skipped);
  cases.push_back({{"s", "end", "k", {}}, {Outcome::crashed}});
  CHECK(edges_of(cases) == std::vector<Edge>{{cell, {56}, {2000}}});
}

TEST_CASE("the last attempt of a case counts, wherever it stands", "[verdict]") {
  const CaseId id{"s", "echo", "k", Cell{{"nf", "1"}}, 56};
  const CaseRecord first{id, {Outcome::failed}, {}, 0, 1};
  const CaseRecord second{id, {Outcome::passed}, {}, 0, 2};
  for (const auto& cases : {std::vector{first, second}, std::vector{second, first}}) {
    CHECK(edges_of(cases) == std::vector<Edge>{{id.cell, {56}, {}}});
  }
}

TEST_CASE("an edge says how well it is known", "[verdict]") {
  CHECK(edge_words(edge({56, 1476}, {1477, 2000}), 1500) ==
        "largest payload that passes: 1476 = MTU + 4 - 28");
  CHECK(edge_words(edge({56, 1472}, {2000}), 1500) ==
        "largest payload that passes: 1472 or more, less than 2000");
  CHECK(edge_words(edge({}, {0, 56}), 1500) == "no payload passes; fails at 0, 56");
  CHECK(edge_words(edge({0, 2000}, {56, 8000}), 1500) ==
        "no single edge: fails at 56, 8000, passes at 0, 2000");
  CHECK(edge_words(edge({1}, {}), 1500).empty());
}

TEST_CASE("a long list of sizes is shortened", "[verdict]") {
  std::vector<int> many(100);
  for (int i = 0; i < 100; ++i) many[i] = i;
  CHECK(edge_words(edge({}, many), 1500) ==
        "no payload passes; fails at 0, 1, 2, 3, 4, 5 and 94 more up to 99");
}

TEST_CASE("a bug that shows sometimes is named from what it shows, and no other is", "[verdict]") {
  const auto bugs = parse_known_bugs(
      "[[bug]]\nsignature = 'now-and-then'\nmeaning = 'it may'\nwhere = { nf = '1' }\n"
      "sometimes = true\nkernels = []",
      "test");
  const auto name = [&](const Fails& fails) {
    return signature_of(cases_where(fails), 1500, bugs).name;
  };
  CHECK(name([](const Cell& cell, int size) { return cell.at("nf") == "1" && size == 2000; }) ==
        "now-and-then");
  CHECK(name([](const Cell& cell, int size) {
          return cell.at("nf") == "1" && size == 1400;
        }).starts_with("unnamed-"));
  CHECK(name([](const Cell&, int size) { return size == 2000; }).starts_with("unnamed-"));
}
