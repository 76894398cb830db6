// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/kernel_run.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"

namespace refrag::run {

using base::Deadline;
using base::seconds;
using verdict::CaseId;
using verdict::CaseRecord;
using verdict::End;
using verdict::Ending;

namespace {

// A sweep that finds its testbed dead still has to say so.
constexpr auto longest_silence = seconds(120);

End end_of(verdict::Outcome how) {
  if (how == verdict::Outcome::crashed) return End::host_crashed;
  return how == verdict::Outcome::hung ? End::host_hung : End::lab_failed;
}

class KernelRun {
 public:
  KernelRun(const KernelJob& job, RunFolder& folder, Progress& progress, Deadline deadline)
      : job_(job),
        folder_(folder),
        progress_(progress),
        deadline_(deadline),
        place_(folder.kernel_folder(job.build.label)) {}

  void run(const TestbedKind& kind, const std::vector<SuiteProgram>& suites) {
    progress_.kernel(job_.build.label);
    describe({});
    try {
      auto bed = kind.bring_up({job_.build, place_, events(), deadline_});
      if (auto* up = std::get_if<std::unique_ptr<Bed>>(&bed)) {
        describe((*up)->properties());
        run_suites(**up, suites);
      } else {
        no_bed(std::get<testbed::NotUp>(bed));
      }
    } catch (const base::Stopped&) {
      account_for_all({End::stopped, {}});
      throw;
    } catch (const base::Error& error) {
      account_for_all({End::lab_failed, error.what()});
      throw;
    }
    progress_.kernel_done();
  }

 private:
  testbed::PhaseEvents events() {
    return {[this](const std::string& phase) {
              phase_start_ = folder_.now();
              progress_.phase_begins(phase);
            },
            [this](const std::string& phase, double took) { add_phase(phase, took, {}); }};
  }

  void add_phase(const std::string& phase, double took, const std::string& problem) {
    const verdict::PhaseRecord record{job_.build.label, phase, phase_start_, took, problem};
    folder_.add(record);
    progress_.phase_ended(record);
  }

  void describe(std::map<std::string, std::string> properties) {
    properties["kernel.build-id"] = job_.build.build_id;
    properties["kernel.package"] = job_.build.package;
    properties["kernel.version"] = job_.build.version;
    std::erase_if(properties, [](const auto& property) { return property.second.empty(); });
    folder_.add(verdict::KernelRecord{job_.build.label, job_.build.spec, job_.build.release,
                                      std::move(properties)});
  }

  void note(const std::string& about, const std::string& text) {
    if (!text.empty()) folder_.add(verdict::NoteRecord{job_.build.label, about, text});
  }

  void no_bed(const testbed::NotUp& failure) {
    const auto detail = fmt::format("{}: {}", failure.phase, failure.what);
    add_phase(failure.phase, folder_.now() - phase_start_, failure.what);
    note("console", failure.console_tail);
    account_for_all({end_of(failure.how), detail});
  }

  void account_for_all(const Ending& ending) { account_for(job_.cases, ending); }

  void account_for(const std::vector<CaseId>& planned, const Ending& ending) {
    for (const auto& record : verdict::account(planned, reported_, ending)) take(record);
  }

  void take(const CaseRecord& record) {
    folder_.add(record);
    reported_.push_back(record);
    progress_.case_done(record);
  }

  void take_line(std::string_view line, Ending& ending) {
    const auto record = verdict::from_line(line);
    if (const auto* done = std::get_if<CaseRecord>(&record)) return take(*done);
    const auto* said = std::get_if<verdict::NoteRecord>(&record);
    if (said != nullptr && said->about == "lost") ending = {End::guest_died, said->text};
    folder_.add(record);
  }

  std::vector<CaseId> cases_of(const SuiteProgram& suite) const {
    std::vector<CaseId> cases;
    std::ranges::copy_if(job_.cases, std::back_inserter(cases),
                         [&](const CaseId& id) { return id.suite == suite.name; });
    return cases;
  }

  fs::path write_selected(const SuiteProgram& suite, const std::vector<CaseId>& cases) const {
    std::string text;
    for (const auto& id : cases) text += id.text() + "\n";
    auto file = place_ / fmt::format("{}.cases", suite.name);
    base::write_file(file, text);
    return file;
  }

  void run_suites(Bed& bed, const std::vector<SuiteProgram>& suites) {
    for (const auto& suite : suites) {
      const auto cases = cases_of(suite);
      if (cases.empty()) continue;
      events().begins(suite.name);
      const base::Stopwatch watch;
      const auto ending = run_one(bed, suite, cases);
      add_phase(suite.name, watch.seconds(), ending.detail);
      account_for(cases, ending);
    }
  }

  // What the host's console shows outranks what the suite felt of it.
  Ending run_one(Bed& bed, const SuiteProgram& suite, const std::vector<CaseId>& cases) {
    Ending felt;
    const SuiteRun how{bed.address(), write_selected(suite, cases),
                       place_ / fmt::format("{}.log", suite.name), longest_silence};
    const auto end = run_suite(suite, how, bed.watch_fd(), deadline_, [&](std::string_view line) {
      try {
        take_line(line, felt);
      } catch (const base::Error& error) {
        note("suite", fmt::format("not a record: {}: {}", error.what(), line));
      }
    });
    const auto host = bed.check();
    if (host.end != End::finished) {
      note("console", bed.console_tail());
      return host;
    }
    if (felt.end != End::finished) return felt;
    if (end.timed_out) return {End::suite_overran, "no result for two minutes"};
    // Catch2 exits with the number of failed assertions; only a signal or our own codes are a
    // death.
    if (end.status.signal != 0) return {End::suite_died, end.status.text()};
    return {};
  }

  const KernelJob& job_;
  RunFolder& folder_;
  Progress& progress_;
  Deadline deadline_;
  fs::path place_;
  std::vector<CaseRecord> reported_;
  double phase_start_ = 0;
};

}  // namespace

void run_kernel(const KernelJob& job, const TestbedKind& kind,
                const std::vector<SuiteProgram>& suites, RunFolder& folder, Progress& progress,
                Deadline deadline) {
  KernelRun(job, folder, progress, deadline).run(kind, suites);
}

}  // namespace refrag::run
