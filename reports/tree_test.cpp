// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/tree.hpp"

#include <fmt/format.h>

#include "framework/base/catch.hpp"
#include "framework/verdict/result.hpp"
#include "reports/compare.hpp"
#include "reports/run.hpp"
#include "reports/tally.hpp"

using namespace refrag;
using namespace refrag::reports;
using namespace refrag::verdict;
using Catch::Contains;

namespace {

// A manifest of so many kernels, and what became of its tasks.
struct Tree {
  base::TempDir folder{"test"};
  base::fs::path manifest = folder.path() / "manifest.jsonl";

  explicit Tree(int tasks) {
    std::string text;
    for (int i = 1; i <= tasks; ++i) text += to_line(task(i));
    base::write_file(manifest, text);
  }

  static Task task(int number) {
    return {.label = fmt::format("k{}", number),
            .suite = "s",
            .planned = 1,
            .kernel = fmt::format("k{}.deb", number)};
  }

  void attempt(int number, int which, Outcome outcome, std::optional<int> code) const {
    const auto of = task(number);
    const auto path = task_folder(manifest, number) / ("attempt-" + std::to_string(which));
    base::make_folder(path);
    base::write_file(path / "results.jsonl",
                     to_line(RunRecord{.machine = "node" + std::to_string(which), .planned = 1}) +
                         to_line(KernelRecord{of.label, of.kernel}) +
                         to_line(CaseRecord{{"s", "echo", of.label, {}, 56}, {outcome, "K", "r"}}));
    if (code) base::write_file(path / "done", to_text(Done{*code, "node", "now"}));
  }

  Run read() const { return read_runs({folder.path()}); }
};

const CaseRecord& only_case(const KernelRun& kernel) {
  REQUIRE(kernel.cases.size() == 1);
  return kernel.cases[0];
}

}  // namespace

TEST_CASE("a manifest's tasks are one run, each by the attempt that speaks for it", "[reports]") {
  const Tree tree(2);
  tree.attempt(1, 1, Outcome::passed, 0);
  tree.attempt(2, 1, Outcome::broken, 4);
  tree.attempt(2, 2, Outcome::passed, 0);
  const auto run = tree.read();
  REQUIRE(run.kernels.size() == 2);
  for (const auto& kernel : run.kernels) {
    CHECK(only_case(kernel).judgement.outcome == Outcome::passed);
  }
  CHECK(run.kernels[0].notes.empty());
  CHECK_THAT(run.kernels[1].notes.at(0).text, Contains("attempt 1 on node: exit 4; attempt 2"));
  CHECK_THAT(run.notes.at(0).text,
             Contains("2 of 2 tasks") && Contains("more than one attempt at 1"));
  CHECK(exit_code(run) == 0);
  CHECK(read_runs({tree.manifest}).kernels.size() == 2);
}

TEST_CASE("a task that has no result is broken, and with it the whole", "[reports]") {
  const Tree tree(3);
  tree.attempt(1, 1, Outcome::failed, 1);
  tree.attempt(3, 1, Outcome::passed, {});
  const auto run = tree.read();
  REQUIRE(run.kernels.size() == 3);
  CHECK(run.missing == 2);
  CHECK(exit_code(run) == 4);  // also where something was found
  CHECK(only_case(run.kernels[1]).judgement.outcome == Outcome::broken);
  CHECK_THAT(only_case(run.kernels[1]).judgement.reason, Contains("task 2 never ran (1 cases)"));
  CHECK_THAT(only_case(run.kernels[2]).judgement.reason,
             Contains("attempt 1 on node1: never came to its end"));
}

TEST_CASE("two attempts of one task count once", "[reports]") {
  const Tree tree(1);
  tree.attempt(1, 1, Outcome::passed, 0);
  tree.attempt(1, 2, Outcome::passed, 0);
  CHECK(tally_of(tree.read()).cases() == 1);
}

TEST_CASE("trees are compared like other runs", "[reports]") {
  const Tree before(1);
  before.attempt(1, 1, Outcome::passed, 0);
  const Tree after(1);
  after.attempt(1, 1, Outcome::failed, 1);
  const auto differences = compare(before.read(), after.read());
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].change == Change::appeared);
}
