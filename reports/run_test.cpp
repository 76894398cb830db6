// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/run.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "reports/findings.hpp"
#include "reports/sample.hpp"

using namespace refrag;
using namespace refrag::reports;
using verdict::CaseRecord;
using verdict::KernelRecord;
using verdict::Outcome;

TEST_CASE("the records of a run are sorted by kernel, in the order they came", "[reports]") {
  const auto run = run_of(sample::founding_report());
  REQUIRE(run.kernels.size() == 2);
  CHECK(run.kernels[0].kernel.label == sample::stock);
  CHECK(run.kernels[1].kernel.label == sample::replica);
  for (const auto& kernel : run.kernels) {
    CHECK(kernel.cases.size() == sample::cases_a_kernel);
    CHECK(kernel.phases.size() == 1);
    CHECK(kernel.suites() == std::vector<std::string>{"vlan_ping_sizes"});
  }
  CHECK(run.run.machine == "ci1");
  CHECK(run.problems.empty());
}

TEST_CASE("what is learnt of a kernel later is added", "[reports]") {
  const auto run = run_of({{KernelRecord{"k", "debian:6.1", "", {{"a", "1"}, {"b", "1"}}},
                            KernelRecord{"k", "", "6.1.0", {{"b", "2"}}}},
                           {}});
  REQUIRE(run.kernels.size() == 1);
  CHECK(run.kernels[0].kernel ==
        KernelRecord{"k", "debian:6.1", "6.1.0", {{"a", "1"}, {"b", "2"}}});
}

TEST_CASE("one attempt of a case is its result, the others are kept", "[reports]") {
  const verdict::CaseId id{"s", "echo", "k", {}, 56};
  const CaseRecord first{id, {Outcome::failed}, {}, 0, 1};
  const CaseRecord second{id, {Outcome::passed}, {}, 0, 2};
  for (const auto& records : {std::vector<verdict::Record>{first, second}, {second, first}}) {
    const auto run = run_of({records, {}});
    CHECK(run.kernels[0].cases == std::vector{first});
    CHECK(run.kernels[0].earlier == std::vector{second});
  }
}

TEST_CASE("a run that was killed is not a pass", "[reports]") {
  auto records = sample::founding_report();
  records.records.resize(records.records.size() - 100);
  const auto run = run_of(records);
  const auto& last = run.kernels.back().cases.back();
  CHECK(last.judgement.outcome == Outcome::broken);
  CHECK(last.judgement.reason ==
        "100 of 208 planned cases have no result: the run did not come to its end");

  verdict::RunRecord nothing;
  nothing.planned = 3;
  const auto empty = run_of({{nothing}, {}});
  REQUIRE(empty.kernels.size() == 1);
  CHECK(empty.kernels[0].cases.at(0).judgement.outcome == Outcome::broken);
}

TEST_CASE("the folder of a run is read back, half a line at its end included", "[reports]") {
  const base::TempDir folder("run");
  std::string text;
  for (const auto& record : sample::founding_report().records) text += verdict::to_line(record);
  base::write_file(folder.path() / "results.jsonl", text + R"({"type":"ca)");
  const auto run = read_run(folder.path());
  CHECK(run.kernels.size() == 2);
  REQUIRE(run.problems.size() == 1);
  CHECK_THAT(run.problems[0], Catch::Contains("cut short"));
}

TEST_CASE("a folder that is not a run's is refused", "[reports]") {
  const base::TempDir folder("run");
  try {
    read_run(folder.path());
    FAIL("it was read");
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::usage);
    CHECK_THAT(error.what(), Catch::Contains("results.jsonl"));
  }
}

TEST_CASE("several folders are one run: shards join, the same cases never mix", "[reports]") {
  const base::TempDir folder("runs");
  const auto write = [&](const std::string& name, const std::string& started, int size) {
    verdict::RunRecord run;
    run.started = started;
    run.planned = 1;
    const CaseRecord one{{"s", "echo", "k", verdict::Cell{{"nf", "1"}}, size}, {Outcome::passed}};
    base::make_folder(folder.path() / name);
    base::write_file(folder.path() / name / "results.jsonl",
                     verdict::to_line(run) +
                         verdict::to_line(KernelRecord{"k", "x.deb", "6.1", {}}) +
                         verdict::to_line(one));
    return folder.path() / name;
  };
  const auto first = write("1", "2026-11-21T00:00:00", 56);
  const auto shard = write("2", "2026-11-21T00:00:01", 57);
  const auto again = write("3", "2026-11-22T00:00:00", 56);
  const auto run = read_runs({again, shard, first});
  REQUIRE(run.kernels.size() == 2);
  CHECK(run.kernels[0].cases.size() == 2);
  CHECK(run.kernels[0].name == "k (2026-11-21T00:00:00)");
  CHECK(run.kernels[1].cases.size() == 1);
  CHECK(run.kernels[1].name == "k (2026-11-22T00:00:00)");
}

TEST_CASE("shards of a kernel join also when both saw the same splat and neither came to its end",
          "[reports]") {
  const base::TempDir folder("runs");
  std::vector<base::fs::path> shards;
  for (const int size : {56, 57}) {
    verdict::RunRecord run{.started = "2026-11-21T00:00:00", .planned = 2};
    const CaseRecord one{{"s", "echo", "k", verdict::Cell{{"nf", "1"}}, size}, {Outcome::passed}};
    verdict::SplatRecord splat{"k", "host", "warning", "WARNING: x", "warning:f", {"x"}, "boot"};
    shards.push_back(folder.path() / std::to_string(size));
    base::make_folder(shards.back());
    base::write_file(shards.back() / "results.jsonl",
                     verdict::to_line(run) + verdict::to_line(KernelRecord{"k", "x.deb"}) +
                         verdict::to_line(one) + verdict::to_line(splat));
  }
  const auto run = read_runs(shards);
  REQUIRE(run.kernels.size() == 1);
  CHECK(run.kernels[0].name == "k");
  std::map<std::string, int> times;
  for (const auto& one : run.kernels[0].cases) ++times[one.id.text()];
  CHECK(times.size() == 4);  // two sizes, the splat, what never ran
  for (const auto& [id, count] : times) CHECK(std::pair(id, count) == std::pair(id, 1));
}

TEST_CASE("kernels of one label that began together have names of their own", "[reports]") {
  const base::TempDir folder("runs");
  std::vector<base::fs::path> runs;
  for (const std::string spec : {"a.deb", "b.deb"}) {
    runs.push_back(folder.path() / spec);
    base::make_folder(runs.back());
    base::write_file(runs.back() / "results.jsonl",
                     verdict::to_line(verdict::RunRecord{.started = "2026-11-21T00:00:00"}) +
                         verdict::to_line(KernelRecord{"k", spec}));
  }
  const auto run = read_runs(runs);
  REQUIRE(run.kernels.size() == 2);
  CHECK(run.kernels[0].name == "k (2026-11-21T00:00:00)");
  CHECK(run.kernels[1].name == "k (2026-11-21T00:00:00) #2");
}

TEST_CASE("a splat is a case of its own, and one that counts hides behind none", "[reports]") {
  verdict::SplatRecord splat{"k",         "host", "warning", "WARNING: x",
                             "warning:f", {"x"},  "boot",    "known"};
  const auto ignored = run_of({{splat}, {}});
  REQUIRE(ignored.kernels.at(0).cases.size() == 1);
  CHECK(ignored.kernels[0].cases[0].judgement.outcome == Outcome::skipped);
  auto counts = splat;
  counts.ignored.clear();
  const auto run = run_of({{splat, counts}, {}});
  REQUIRE(run.kernels.at(0).cases.size() == 1);
  CHECK(run.kernels[0].cases[0].judgement.outcome == Outcome::failed);
  CHECK(splat_of(run.kernels[0], run.kernels[0].cases[0].id) != nullptr);
}

TEST_CASE("a violation of transparency is a finding although every echo was answered",
          "[reports]") {
  verdict::ViolationRecord violation{"s",
                                     "echo",
                                     "k",
                                     verdict::Cell{{"tag", "vlan3"}},
                                     "over-mtu",
                                     "it left in one of 1504",
                                     {1476},
                                     3,
                                     {"entered ...", "left ..."}};
  const CaseRecord echo{{"s", "echo", "k", verdict::Cell{{"tag", "vlan3"}}, 1476},
                        {Outcome::passed}};
  const auto run = run_of({{echo, violation, violation}, {}});
  REQUIRE(run.kernels[0].cases.size() == 2);
  const auto& found = run.kernels[0].cases[1];
  CHECK(found.id.text() == "transparency/over-mtu@k[tag=vlan3]");
  CHECK(found.judgement ==
        verdict::Judgement{Outcome::failed, "OverMtu", "it left in one of 1504"});
  CHECK(run.kernels[0].signature.name.empty());
  REQUIRE(violation_of(run.kernels[0], found.id) != nullptr);
  CHECK(violation_of(run.kernels[0], echo.id) == nullptr);
}
