// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/times.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/files.hpp"

using namespace refrag;
using run::Times;
using verdict::PhaseRecord;
using verdict::Record;
using verdict::SweepRecord;

namespace {

std::vector<Record> a_run() {
  std::vector<Record> records;
  for (const auto* kernel : {"a", "b"}) {
    records.emplace_back(PhaseRecord{kernel, "boot", 100, 10});
    records.emplace_back(PhaseRecord{kernel, "agents", 110, 8});
    for (int cell = 0; cell < 4; ++cell) {
      records.emplace_back(SweepRecord{.suite = "sizes", .name = "echo", .kernel = kernel});
    }
    records.emplace_back(PhaseRecord{kernel, "sizes", 120, 2});
    records.emplace_back(PhaseRecord{kernel, "end", 122, 1});
  }
  return records;
}

std::vector<verdict::CaseId> cases_in(int cells) {
  std::vector<verdict::CaseId> cases;
  for (int cell = 0; cell < cells; ++cell) {
    for (const int size : {1, 2, 3}) {
      cases.push_back({"sizes", "echo", "k", {{"n", std::to_string(cell)}}, size});
    }
  }
  return cases;
}

}  // namespace

TEST_CASE("a run's times are the way up and the time of a cell", "[run]") {
  const auto times = Times::of(a_run());
  REQUIRE(times);
  CHECK(times->up == 20);
  CHECK(times->cell.at("sizes") == 0.5);
  CHECK(times->of_kernel(cases_in(8)) == 24);
  CHECK(times->of_kernel({}) == 0);
  CHECK_FALSE(Times::of(std::vector<Record>{PhaseRecord{"a", "boot", 0, 1, "died"}}));
}

TEST_CASE("kernels that run at once take as long as the busiest host", "[run]") {
  CHECK(run::together(std::vector<double>{24, 24, 24}, 1) == 72);
  CHECK(run::together(std::vector<double>{24, 24, 24}, 2) == 48);
  CHECK(run::together(std::vector<double>{24, 24, 24}, 9) == 24);
  CHECK(run::together({}, 1) == 0);
}

TEST_CASE("durations are told in what a person counts in", "[run]") {
  CHECK(run::duration_text(24.4) == "24 s");
  CHECK(run::duration_text(600) == "10 min");
  CHECK(run::duration_text(9000) == "2.5 h");
}
