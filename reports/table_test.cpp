// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/table.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/text.hpp"
#include "reports/sample.hpp"

using namespace refrag;
using namespace refrag::reports;
using Catch::Contains;
using verdict::CaseRecord;
using verdict::Outcome;

namespace {

Run run_with(const std::vector<CaseRecord>& cases) {
  return run_of({{cases.begin(), cases.end()}, {}});
}

CaseRecord one(const char* dir, int size, Outcome outcome, const char* kind = "") {
  return {{"s", "echo", "k", verdict::Cell{{"dir", dir}}, size}, {outcome, kind, "why"}};
}

std::size_t widest(const std::string& text) {
  std::size_t width = 0;
  for (const auto& line : base::split(text, '\n')) width = std::max(width, line.size());
  return width;
}

}  // namespace

TEST_CASE("the founding report, drawn", "[reports]") {
  CHECK(table(run_of(sample::founding_report())) ==
        R"(6.1.0-42-amd64: all 104 cases passed

  vlan_ping_sizes/echo: bytes of payload at MTU 1500, in fragments from the bar on
  tag   nf dir   0 56 1400 1471 1472 | 1473 1476 1477 2000 2952 2953 8000 65507
  none  1  both ok ok   ok   ok   ok |   ok   ok   ok   ok   ok   ok   ok    ok
  none  0  both ok ok   ok   ok   ok |   ok   ok   ok   ok   ok   ok   ok    ok
  vlan3 1  both ok ok   ok   ok   ok |   ok   ok   ok   ok   ok   ok   ok    ok
  vlan3 0  both ok ok   ok   ok   ok |   ok   ok   ok   ok   ok   ok   ok    ok

6.1.0-42-amd64+replica:vlan-not-refragmented: 12 of 104 cases failed, 92 passed

  vlan_ping_sizes/echo: bytes of payload at MTU 1500, in fragments from the bar on
  tag   nf dir   0 56 1400 1471 1472 | 1473 1476 1477 2000 2952 2953 8000 65507
  none  1  both ok ok   ok   ok   ok |   ok   ok   ok   ok   ok   ok   ok    ok
  none  0  both ok ok   ok   ok   ok |   ok   ok   ok   ok   ok   ok   ok    ok
  vlan3 1  both ok ok   ok   ok   ok |   ok   ok LOST LOST LOST LOST LOST  LOST
  vlan3 0  both ok ok   ok   ok   ok |   ok   ok   ok   ok   ok   ok   ok    ok

  vlan-not-refragmented: largest payload that passes: 1476 = MTU + 4 - 28: VLAN frames are not
    fragmented again, as in Linux 2.6.17 to 2.6.29
  failed: PacketLoss in 12 cases; tag=vlan3,nf=1,dir=a>b,size=1477: 3 of 3 echoes lost: the request
    (1500+25) did not reach b

6.1.0-42-amd64                                all 104 cases passed
6.1.0-42-amd64+replica:vlan-not-refragmented  12 of 104 cases failed, 92 passed: vlan-not-refragmented
)");
}

TEST_CASE("sizes that do not fit go on below", "[reports]") {
  auto records = sample::founding_report();
  records.records.resize(3 + sample::cases_a_kernel);
  std::get<verdict::RunRecord>(records.records.front()).planned = 0;
  const auto run = run_of(records);
  for (const std::size_t width : {40u, 60u, 80u, 81u, 120u}) {
    const auto text = table(run, {false, width});
    INFO(text);
    const auto grid = text.substr(text.find("  tag"));
    CHECK(widest(grid) <= width);
    CHECK_THAT(grid, Contains("65507"));
    CHECK_THAT(grid, Contains("| 1473") || Contains("| 65507") || Contains("| 1476"));
  }
  CHECK(base::split(table(run, {false, 80}), '\n').size() == 9);  // in one piece
}

TEST_CASE("directions that differ have a row each", "[reports]") {
  const auto text = table(
      run_with({one("a>b", 56, Outcome::passed), one("b>a", 56, Outcome::failed, "PacketLoss")}));
  CHECK_THAT(text, Contains("a>b ") && Contains("b>a ") && !Contains("both"));
  const auto lone = table(run_with({one("a>b", 56, Outcome::passed)}));
  CHECK_THAT(lone, Contains("a>b") && !Contains("both"));
}

TEST_CASE("every outcome has a word of its own, also without colour", "[reports]") {
  const auto text = table(
      run_with({one("a>b", 1, Outcome::passed), one("a>b", 2, Outcome::skipped, "KernelUnfit"),
                one("a>b", 3, Outcome::broken, "PathNotExercised"),
                one("a>b", 4, Outcome::failed, "PacketLoss"),
                one("a>b", 5, Outcome::failed, "PayloadAltered"),
                one("a>b", 6, Outcome::failed, "Duplicated"),
                one("a>b", 7, Outcome::failed, "Other"), one("a>b", 8, Outcome::hung, "HostHung"),
                one("a>b", 9, Outcome::crashed, "HostCrashed"), one("b>a", 1, Outcome::passed)}));
  CHECK_THAT(text, Contains("a>b ok skip brkn LOST WRONG TWICE FAIL HUNG CRASH"));
  CHECK_THAT(text, Contains("b>a ok    -    -    -     -     -    -    -     -"));
  CHECK_THAT(text, !Contains("\x1b"));
  for (const auto* reason : {"crashed: HostCrashed; dir=a>b,size=9: why", "hung: HostHung",
                             "failed: PacketLoss", "broken: PathNotExercised", "skipped: "}) {
    CHECK_THAT(text, Contains(reason));
  }
}

TEST_CASE("colour is added to the words and takes no room", "[reports]") {
  const auto run = run_of(sample::founding_report());
  auto text = table(run, {true, 100});
  CHECK_THAT(text, Contains("\x1b[1;31mLOST\x1b[0m"));
  for (auto at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) {
    text.erase(at, text.find('m', at) - at + 1);
  }
  CHECK(text == table(run, {false, 100}));
}

TEST_CASE("violations are counted beside the cases that were planned", "[reports]") {
  auto violation = one("a>b", 0, Outcome::failed, "OverMtu");
  violation.id.suite = transparency;
  violation.id.size.reset();
  const auto passed = one("a>b", 1, Outcome::passed);
  CHECK_THAT(table(run_with({passed, violation})),
             Contains("k: all 1 cases passed; 1 violation\n"));
  CHECK_THAT(table(run_with({one("b>a", 1, Outcome::failed), passed, violation})),
             Contains("k: 1 of 2 cases failed, 1 passed; 1 violation\n"));
}

TEST_CASE("a kernel that did not boot is one reason, not a grid of it", "[reports]") {
  const auto text = table(run_with(
      {one("a>b", 1, Outcome::hung, "HostHung"), one("a>b", 2, Outcome::hung, "HostHung")}));
  CHECK(text == "k: all 2 cases hung\n\n  hung: HostHung in 2 cases; dir=a>b,size=1: why\n");
}

TEST_CASE("a kernel without a case is not a pass", "[reports]") {
  const auto text = table(run_of({{verdict::KernelRecord{"k"}}, {}}));
  CHECK_THAT(text, Contains("k: broken"));
}

TEST_CASE("nothing from a machine under test reaches the terminal raw", "[reports]") {
  auto bad = one("a>b", 56, Outcome::failed, "PacketLoss");
  bad.judgement.reason = sample::hostile;
  bad.id.kernel = sample::hostile;
  const auto text = table(run_with({bad}));
  CHECK_THAT(text, !Contains("\x1b") && !Contains("\x08") && !Contains("\xff"));
}
