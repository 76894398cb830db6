// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/compare.hpp"

#include "framework/base/catch.hpp"
#include "reports/sample.hpp"

using namespace refrag;
using namespace refrag::reports;
using verdict::CaseRecord;
using verdict::Cell;
using verdict::KernelRecord;
using verdict::Outcome;
using verdict::Record;

namespace {

const std::string bug = "vlan-not-refragmented";

Run with(const std::vector<std::pair<std::string, bool>>& kernels) {
  verdict::Records all;
  for (const auto& [label, has_bug] : kernels) sample::add_kernel(all, label, has_bug);
  for (auto& record : all.records) {
    if (auto* kernel = std::get_if<KernelRecord>(&record)) kernel->spec = kernel->label;
  }
  return run_of(all);
}

CaseRecord echo(Outcome outcome, int attempt = 1) {
  return {{"s", "echo", "k", Cell{{"nf", "1"}}, 2000}, {outcome, "Kind", "why"}, {}, 0, attempt};
}

// The only difference, as "new: TROUBLE".
std::string change(const Run& before, const Run& after) {
  const auto found = compare(before, after);
  if (found.empty()) return "nothing";
  CHECK(found.size() == 1);
  return std::string(to_text(found[0].change)) + (is_new(found[0]) ? " (a new finding): " : ": ") +
         found[0].trouble;
}

std::string change(std::vector<Record> before, std::vector<Record> after) {
  return change(run_of({std::move(before), {}}), run_of({std::move(after), {}}));
}

}  // namespace

TEST_CASE("two runs are compared by what is wrong with their kernels", "[reports]") {
  const auto good = with({{"k", false}});
  const auto bad = with({{"k", true}});
  CHECK(change(good, good) == "nothing");
  CHECK(change(good, bad) == "new (a new finding): " + bug);
  CHECK(change(bad, bad) == "still failing: " + bug);
  CHECK(change(bad, good) == "fixed: " + bug);
  CHECK(change(bad, with({{"another", false}})) == "gone: " + bug);
  CHECK(change(with({{"another", false}}), bad) == "never passed (a new finding): " + bug);
}

TEST_CASE("tonight's build of a series is compared with last night's", "[reports]") {
  const auto build = [](const std::string& label, bool has_bug) {
    verdict::Records all;
    sample::add_kernel(all, label, has_bug);
    return run_of(all);
  };
  CHECK(change(build("6.1.0-42", false), build("6.1.0-43", true)) == "new (a new finding): " + bug);
}

TEST_CASE("what proved nothing before has never passed, and is not fixed by proving nothing",
          "[reports]") {
  const auto broken = run_of({{echo(Outcome::broken)}, {}});
  const auto crashed = run_of({{echo(Outcome::crashed)}, {}});
  const auto worse = compare(broken, crashed);
  REQUIRE(worse.size() == 2);
  CHECK(worse[0].change == Change::never_passed);
  CHECK(is_new(worse[0]));
  CHECK(worse[1].change == Change::gone);  // broken, as it was, it is no more
  const auto other = compare(crashed, broken);
  REQUIRE(other.size() == 2);
  CHECK(other[0].trouble == "broken: Kind");
  CHECK_FALSE(is_new(other[0]));
  CHECK(other[1].change == Change::gone);
}

TEST_CASE("a failure whose attempts disagree is intermittent, and new the first time",
          "[reports]") {
  const std::vector<Record> flaky = {echo(Outcome::crashed), echo(Outcome::passed, 2)};
  CHECK(change(flaky, flaky) == "intermittent: crashed: Kind");
  CHECK(change({echo(Outcome::passed)}, flaky) == "new (a new finding): crashed: Kind");
}

TEST_CASE("a known bug where it should be is no finding", "[reports]") {
  verdict::Records old;
  sample::add_kernel(old, "2.6.18", true, "2.6.18");
  CHECK(change(with({{"k", false}}), run_of(old)) == "never passed: " + bug);
}

TEST_CASE("a comparison in words names change, kernel and bug", "[reports]") {
  CHECK(words({}) == "nothing failed on either side\n");
  const auto text = words(compare(with({{"k", false}}), with({{"k", true}})));
  CHECK(text.starts_with("new: k: " + bug + ": largest payload that passes: 1476"));
}
