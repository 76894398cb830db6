// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/run.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/transparency/again.hpp"
#include "framework/verdict/account.hpp"
#include "framework/verdict/attempts.hpp"
#include "framework/verdict/rejudge.hpp"
#include "reports/findings.hpp"
#include "reports/tree.hpp"

namespace refrag::reports {

namespace {

using verdict::CaseId;
using verdict::CaseRecord;
using verdict::KernelRecord;
using verdict::NoteRecord;
using verdict::PhaseRecord;
using verdict::RunRecord;
using verdict::SplatRecord;
using verdict::SweepRecord;
using verdict::ViolationRecord;

class Builder {
 public:
  Run take() { return std::move(run_); }

  void operator()(RunRecord&& record) {
    const auto planned = run_.run.planned;  // a resumed run writes a second one
    run_.run = std::move(record);
    run_.run.planned = std::max(planned, run_.run.planned);
  }
  void operator()(KernelRecord&& record) {
    auto& known = of(record.label).kernel;
    if (!record.spec.empty()) known.spec = record.spec;
    if (!record.release.empty()) known.release = record.release;
    if (!record.guest.empty()) known.guest = record.guest;
    for (const auto& [name, value] : record.properties) known.properties[name] = value;
  }
  void operator()(PhaseRecord&& record) { add(&KernelRun::phases, std::move(record)); }
  void operator()(SweepRecord&& record) { add(&KernelRun::sweeps, std::move(record)); }
  void operator()(SplatRecord&& record) { add(&KernelRun::splats, std::move(record)); }
  void operator()(ViolationRecord&& record) { add(&KernelRun::violations, std::move(record)); }
  void operator()(NoteRecord&& record) {
    if (record.kernel.empty()) {
      run_.notes.push_back(std::move(record));
    } else {
      add(&KernelRun::notes, std::move(record));
    }
  }
  void operator()(CaseRecord&& record) {
    auto& kernel = of(record.id.kernel);
    const auto [place, is_new] = cases_.emplace(record.id.text(), kernel.cases.size());
    if (is_new) {
      kernel.cases.push_back(std::move(record));
      return;
    }
    auto& speaks = kernel.cases[place->second];
    if (verdict::settle(std::array{speaks, record}).result == record) std::swap(speaks, record);
    kernel.earlier.push_back(std::move(record));
  }

 private:
  template <class Record>
  void add(std::vector<Record> KernelRun::*list, Record&& record) {
    (of(record.kernel).*list).push_back(std::move(record));
  }

  KernelRun& of(const std::string& label) {
    const auto [place, is_new] = kernels_.emplace(label, run_.kernels.size());
    if (is_new) run_.kernels.emplace_back().kernel.label = label;
    return run_.kernels[place->second];
  }

  Run run_;
  std::map<std::string, std::size_t> kernels_;
  std::unordered_map<std::string, std::size_t> cases_;
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

Run finish(Run run, const base::fs::path& path) {
  account_for_silence(run);
  run.folders = {{path, run.run}};
  return run;
}

// Labels, told apart by the run's start where there are several of one; shards begin at once.
void name_kernels(Run& run) {
  std::map<std::string, int> times;
  for (const auto& kernel : run.kernels) ++times[kernel.kernel.label];
  std::map<std::string, int> taken;
  for (auto& kernel : run.kernels) {
    kernel.name = kernel.kernel.label;
    if (times[kernel.name] > 1) kernel.name += fmt::format(" ({})", run.run_of(kernel).started);
    if (const int n = ++taken[kernel.name]; n > 1) kernel.name += fmt::format(" #{}", n);
  }
}

void judge_kernels(Run& run, const verdict::KnownBugs& bugs) {
  name_kernels(run);
  for (auto& kernel : run.kernels) {
    const auto& record = run.run_of(kernel);
    add_findings(kernel);
    kernel.signature = verdict::signature_of(kernel.cases, record.mtu, bugs);
    kernel.expected = verdict::expectation_of(bugs, verdict::version_of(kernel.kernel),
                                              kernel.signature.name, record.mtu);
  }
}

// ---- several folders

bool is_end(const CaseRecord& one) { return one.id.name == verdict::end_case; }

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

// A kernel has one case for all that never ran.
void join_cases(std::vector<CaseRecord>& known, std::vector<CaseRecord>& more) {
  for (auto& one : more) {
    const auto same = [&](const CaseRecord& other) { return is_end(other) && other.id == one.id; };
    const auto end = is_end(one) ? std::find_if(known.begin(), known.end(), same) : known.end();
    if (end == known.end()) {
      known.push_back(std::move(one));
    } else {
      end->judgement.reason += "; " + one.judgement.reason;
    }
  }
}

void join(KernelRun& known, KernelRun& more) {
  append(known.phases, more.phases);
  append(known.sweeps, more.sweeps);
  join_cases(known.cases, more.cases);
  append(known.earlier, more.earlier);
  append(known.splats, more.splats);
  append(known.violations, more.violations);
  append(known.notes, more.notes);
}

class Joined {
 public:
  void add(Run&& more) {
    if (all_.folders.empty() && !more.folders.empty()) all_.run = more.run;
    for (auto& kernel : more.kernels) {
      kernel.folder = all_.folders.size();
      add(std::move(kernel));
    }
    append(all_.folders, more.folders);
    append(all_.notes, more.notes);
    append(all_.problems, more.problems);
    all_.missing += more.missing;
  }

  Run take() { return std::move(all_); }

 private:
  void add(KernelRun&& kernel) {
    auto& same_label = places_[kernel.kernel.label];
    for (const auto place : same_label) {
      if (is_shard_of(all_.kernels[place], kernel)) return join(all_.kernels[place], kernel);
    }
    same_label.push_back(all_.kernels.size());
    all_.kernels.push_back(std::move(kernel));
  }

  static bool is_shard_of(const KernelRun& known, const KernelRun& more) {
    if (known.folder == more.folder || known.kernel.spec != more.kernel.spec) return false;
    std::set<CaseId> ids;
    for (const auto& one : known.cases) ids.insert(one.id);
    return std::none_of(more.cases.begin(), more.cases.end(), [&](const CaseRecord& one) {
      return !is_end(one) && ids.contains(one.id);
    });
  }

  Run all_;
  std::map<std::string, std::vector<std::size_t>> places_;  // of kernels, by label
};

// Of that folder and no other, whatever the records say.
std::optional<std::string> read_capture(const base::fs::path& folder, const std::string& path) {
  const auto file = base::fs::path(path).lexically_normal();
  if (file.is_absolute() || file.empty() || *file.begin() == "..") return std::nullopt;
  try {
    return base::read_file(folder / file);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

std::vector<std::string> look_again(const base::fs::path& folder,
                                    std::vector<verdict::Record>& records) {
  auto [judged, changed, problems] = transparency::look_again(
      records, [&](const std::string& path) { return read_capture(folder, path); });
  if (judged > 0) {
    problems.push_back(fmt::format(
        "looked at the frames of {} sweeps again: {} have other violations", judged, changed));
  }
  return problems;
}

// All of a run in memory: only for judging it again.
std::vector<std::string> read_again(const base::fs::path& folder, std::istream& lines,
                                    Builder& builder) {
  std::vector<verdict::Record> records;
  auto problems = verdict::read_records(
      lines, [&](verdict::Record&& record) { records.push_back(std::move(record)); });
  std::ranges::move(look_again(folder, records), std::back_inserter(problems));
  const auto [judged, changed] = verdict::rejudge(records);
  for (auto& record : records) {
    std::visit([&](auto& one) { builder(std::move(one)); }, record);
  }
  problems.push_back(
      fmt::format("judged {} cases again: {} came to something else", judged, changed));
  return problems;
}

Run read_folder(const base::fs::path& folder, Judging judging) {
  const auto path = folder / "results.jsonl";
  std::ifstream lines(path);
  if (!lines) {
    throw base::Error(base::Fault::usage, folder.string() + " is not the folder of a run",
                      "it has no results.jsonl");
  }
  Builder builder;
  auto problems = judging == Judging::again
                      ? read_again(folder, lines, builder)
                      : verdict::read_records(lines, [&](verdict::Record&& record) {
                          std::visit([&](auto& one) { builder(std::move(one)); }, record);
                        });
  if (lines.bad()) throw base::Error(base::Fault::lab, "cannot read " + path.string());
  auto run = builder.take();
  for (auto& kernel : run.kernels) kernel.cases.shrink_to_fit();  // there may be a million
  run.problems = std::move(problems);
  return finish(std::move(run), folder);
}

// ---- the tree of a manifest

Run missing_run(const TaskResult& result) {
  const auto& task = result.task;
  Run run;
  run.run.tool = task.tool;
  run.run.testbed = task.testbed;
  run.folders = {{{}, run.run}};
  auto& kernel = run.kernels.emplace_back();
  kernel.kernel = {.label = task.label, .spec = task.kernel, .guest = task.guest};
  kernel.cases.push_back({{task.suite, std::string(verdict::end_case), task.label, {}},
                          {verdict::Outcome::broken, "NeverRan", result.missing_reason()}});
  run.missing = 1;
  return run;
}

void add_tree(const base::fs::path& manifest, Joined& joined, Judging judging) {
  const auto results = read_tree(manifest);
  for (const auto& result : results) {
    auto run = result.folder ? read_folder(*result.folder, judging) : missing_run(result);
    if (result.folder && !result.attempts.empty() && !run.kernels.empty()) {
      run.kernels.front().notes.push_back({result.task.label, "attempts", result.attempts});
    }
    joined.add(std::move(run));
  }
  Run words;
  words.notes.push_back({"", std::string(about_tasks), summary(results)});
  joined.add(std::move(words));
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

const verdict::RunRecord& Run::run_of(const KernelRun& kernel) const {
  return folders.at(kernel.folder).run;
}

Run run_of(const verdict::Records& records, const verdict::KnownBugs& bugs) {
  Builder builder;
  for (auto record : records.records) {
    std::visit([&](auto& one) { builder(std::move(one)); }, record);
  }
  auto run = builder.take();
  run.problems = records.problems;
  run = finish(std::move(run), {});
  judge_kernels(run, bugs);
  return run;
}

Run read_run(const base::fs::path& folder, const verdict::KnownBugs& bugs) {
  return read_runs({folder}, bugs);
}

Run read_runs(const std::vector<base::fs::path>& folders, const verdict::KnownBugs& bugs,
              Judging judging) {
  std::vector<Run> runs;
  std::vector<base::fs::path> manifests;
  for (const auto& folder : folders) {
    const bool is_run = base::fs::exists(folder / "results.jsonl");
    if (const auto manifest = is_run ? std::nullopt : verdict::manifest_at(folder)) {
      manifests.push_back(*manifest);
    } else {
      runs.push_back(read_folder(folder, judging));
    }
  }
  std::stable_sort(runs.begin(), runs.end(),
                   [](const Run& a, const Run& b) { return a.run.started < b.run.started; });
  Joined joined;
  for (auto& more : runs) joined.add(std::move(more));
  for (const auto& manifest : manifests) add_tree(manifest, joined, judging);
  auto all = joined.take();
  judge_kernels(all, bugs);
  return all;
}

}  // namespace refrag::reports
