// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/run.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/verdict/account.hpp"
#include "framework/verdict/attempts.hpp"

namespace refrag::reports {

namespace {

using verdict::CaseId;
using verdict::CaseRecord;
using verdict::KernelRecord;
using verdict::NoteRecord;
using verdict::PhaseRecord;
using verdict::RunRecord;
using verdict::SweepRecord;

class Builder {
 public:
  Run take() { return std::move(run_); }

  void operator()(const RunRecord& record) {
    const auto planned = run_.run.planned;  // a resumed run writes a second one
    run_.run = record;
    run_.run.planned = std::max(planned, record.planned);
  }
  void operator()(const KernelRecord& record) {
    auto& known = of(record.label).kernel;
    if (!record.spec.empty()) known.spec = record.spec;
    if (!record.release.empty()) known.release = record.release;
    for (const auto& [name, value] : record.properties) known.properties[name] = value;
  }
  void operator()(const PhaseRecord& record) { of(record.kernel).phases.push_back(record); }
  void operator()(const SweepRecord& record) { of(record.kernel).sweeps.push_back(record); }
  void operator()(const verdict::SplatRecord& record) {
    of(record.kernel).splats.push_back(record);
  }
  void operator()(const NoteRecord& record) {
    (record.kernel.empty() ? run_.notes : of(record.kernel).notes).push_back(record);
  }
  void operator()(const CaseRecord& record) {
    auto& kernel = of(record.id.kernel);
    const auto [place, is_new] = cases_.emplace(record.id, kernel.cases.size());
    if (is_new) {
      kernel.cases.push_back(record);
      return;
    }
    auto& last = kernel.cases[place->second];
    const bool replaces = verdict::settle(std::array{last, record}).result == record;
    kernel.earlier.push_back(replaces ? last : record);
    if (replaces) last = record;
  }

 private:
  KernelRun& of(const std::string& label) {
    const auto [place, is_new] = kernels_.emplace(label, run_.kernels.size());
    if (is_new) run_.kernels.emplace_back().kernel.label = label;
    return run_.kernels[place->second];
  }

  Run run_;
  std::map<std::string, std::size_t> kernels_;
  std::map<CaseId, std::size_t> cases_;
};

void account_for_silence(Run& run) {
  std::size_t reported = 0;
  for (const auto& kernel : run.kernels) {
    reported += std::count_if(kernel.cases.begin(), kernel.cases.end(), [](const CaseRecord& one) {
      return one.id.name != verdict::end_case;
    });
  }
  const auto planned = static_cast<std::size_t>(std::max(run.run.planned, 0));
  if (reported >= planned) return;
  if (run.kernels.empty()) run.kernels.emplace_back().kernel.label = "none";
  auto& last = run.kernels.back();
  last.cases.push_back(
      {{"run", std::string(verdict::end_case), last.kernel.label, {}},
       {verdict::Outcome::broken, "NotReported",
        fmt::format("{} of {} planned cases have no result: the run did not come to its end",
                    planned - reported, planned)}});
}

}  // namespace

std::vector<std::string> KernelRun::suites() const {
  std::vector<std::string> names;
  for (const auto& one : cases) {
    if (std::find(names.begin(), names.end(), one.id.suite) == names.end()) {
      names.push_back(one.id.suite);
    }
  }
  return names;
}

Run run_of(const verdict::Records& records) {
  Builder builder;
  for (const auto& record : records.records) std::visit(builder, record);
  auto run = builder.take();
  run.problems = records.problems;
  account_for_silence(run);
  return run;
}

Run read_run(const base::fs::path& folder) {
  const auto path = folder / "results.jsonl";
  if (!base::fs::exists(path)) {
    throw base::Error(base::Fault::usage, folder.string() + " is not the folder of a run",
                      "it has no results.jsonl");
  }
  return run_of(verdict::read_records(base::read_file(path)));
}

}  // namespace refrag::reports
