// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/attempt.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "framework/base/stop.hpp"
#include "framework/run/splat_log.hpp"

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
constexpr auto log_time = seconds(20);

End end_of(verdict::Outcome how) {
  if (how == verdict::Outcome::crashed) return End::host_crashed;
  return how == verdict::Outcome::hung ? End::host_hung : End::lab_failed;
}

class Attempt {
 public:
  Attempt(const KernelJob& job, int number, const Shared& shared, Deadline deadline)
      : job_(job),
        label_(job.build.label),
        number_(number),
        shared_(shared),
        folder_(shared.folder),
        deadline_(deadline),
        place_(folder_.kernel_folder(label_, number)),
        splats_(label_, number, shared.ignored) {}

  std::vector<CaseRecord> run(const std::vector<CaseId>& cases) {
    describe({});
    try {
      on_testbed(cases);
    } catch (const base::Stopped&) {
      account_for(cases, {End::stopped, {}});
      throw;
    } catch (const NotKept&) {
      throw;
    } catch (const base::Error& error) {
      ended_by(error, cases);
      if (error.fault() == base::Fault::internal) throw;
    }
    look_through_files();
    return std::move(reported_);
  }

  void unbooted(const std::vector<CaseId>& cases) {
    describe({});
    account_for(cases, job_.verdict);
  }

 private:
  void on_testbed(const std::vector<CaseId>& cases) {
    auto bed = shared_.kind.bring_up({job_.build, job_.guest, place_, events(), deadline_});
    if (auto* up = std::get_if<std::unique_ptr<Bed>>(&bed)) {
      describe((*up)->properties());
      run_suites(**up, cases);
    } else {
      no_bed(std::get<testbed::NotUp>(bed), cases);
    }
  }

  testbed::PhaseEvents events() {
    return {[this](const std::string& phase) {
              phase_start_ = folder_.now();
              shared_.progress.phase_begins(label_, phase);
            },
            [this](const std::string& phase, double took) { add_phase(phase, took, {}); }};
  }

  void add_phase(const std::string& phase, double took, const std::string& problem) {
    const verdict::PhaseRecord record{label_, phase, phase_start_, took, problem, number_};
    folder_.add(record);
    shared_.progress.phase_ended(record);
  }

  void describe(std::map<std::string, std::string> properties) {
    const auto& build = job_.build;
    properties[verdict::property::build_id] = build.build_id;
    properties[verdict::property::package] = build.package;
    properties[verdict::property::version] = build.version;
    properties[verdict::property::key] = build.key;
    std::erase_if(properties, [](const auto& property) { return property.second.empty(); });
    folder_.add(verdict::KernelRecord{label_, build.spec, build.release, std::move(properties),
                                      job_.given_guest});
  }

  void note(const std::string& about, const std::string& text) {
    if (!text.empty()) folder_.add(verdict::NoteRecord{label_, about, text});
  }

  void no_bed(const testbed::NotUp& failure, const std::vector<CaseId>& cases) {
    add_phase(failure.phase, folder_.now() - phase_start_, failure.what);
    note("console", failure.console_tail);
    account_for(cases, {end_of(failure.how), fmt::format("{}: {}", failure.phase, failure.what)});
  }

  // What the caller gave is this kernel: it lacks what the testbed needs.
  void ended_by(const base::Error& error, const std::vector<CaseId>& cases) {
    const bool unfit = error.fault() == base::Fault::usage;
    add_phase("testbed", folder_.now() - phase_start_, error.what());
    account_for(cases, {unfit ? End::kernel_unfit : End::lab_failed, error.what()});
  }

  void account_for(const std::vector<CaseId>& planned, const Ending& ending) {
    for (const auto& record : verdict::account(planned, reported_, ending, number_)) take(record);
  }

  void take(const CaseRecord& record) {
    folder_.add(record);
    reported_.push_back(record);
    shared_.progress.case_done(record);
  }

  void take_splats(const std::vector<verdict::SplatRecord>& splats) {
    for (const auto& splat : splats) {
      folder_.add(splat);
      shared_.progress.splat(splat);
    }
  }

  // A suite knows the folder of its attempt and not the run's.
  void take_place(verdict::SweepRecord& sweep) const {
    sweep.attempt = number_;
    auto& seen = sweep.evidence.transparency;
    if (!seen || seen->capture.empty()) return;
    seen->capture = (place_ / seen->capture).lexically_relative(folder_.path()).string();
  }

  void take_line(std::string_view line, Ending& ending) {
    auto record = verdict::from_line(line);
    if (auto* done = std::get_if<CaseRecord>(&record)) {
      done->attempt = number_;
      return take(*done);
    }
    const auto* said = std::get_if<verdict::NoteRecord>(&record);
    if (said != nullptr && said->about == "lost") ending = {End::guest_died, said->text};
    auto* sweep = std::get_if<verdict::SweepRecord>(&record);
    if (sweep != nullptr) take_place(*sweep);
    if (auto* violation = std::get_if<verdict::ViolationRecord>(&record)) {
      violation->attempt = number_;
      shared_.progress.violation(*violation);
    }
    folder_.add(record);
    if (sweep != nullptr) take_splats(splats_.in_sweep(*sweep));
  }

  fs::path write_selected(const SuiteProgram& suite, const std::vector<CaseId>& cases) const {
    std::string text;
    for (const auto& id : cases) text += id.text() + "\n";
    auto file = place_ / fmt::format("{}.cases", suite.name);
    base::write_file(file, text);
    return file;
  }

  void run_suites(Bed& bed, const std::vector<CaseId>& all) {
    for (const auto& suite : shared_.suites) {
      std::vector<CaseId> cases;
      std::ranges::copy_if(all, std::back_inserter(cases),
                           [&](const CaseId& id) { return id.suite == suite.name; });
      if (cases.empty()) continue;
      events().begins(suite.name);
      const base::Stopwatch watch;
      const auto ending = run_one(bed, suite, cases);
      add_phase(suite.name, watch.seconds(), ending.detail);
      account_for(cases, ending);
    }
    look_through_log(bed);
  }

  // What the host's console shows outranks what the suite felt of it.
  Ending run_one(Bed& bed, const SuiteProgram& suite, const std::vector<CaseId>& cases) {
    Ending felt;
    const SuiteRun how{bed.address(),
                       write_selected(suite, cases),
                       place_ / fmt::format("{}.log", suite.name),
                       longest_silence,
                       shared_.explain,
                       shared_.keep};
    const auto end = run_suite(suite, how, bed.watch_fd(), deadline_, [&](std::string_view line) {
      try {
        take_line(line, felt);
      } catch (const NotKept&) {
        throw;
      } catch (const base::Error& error) {
        note("suite", fmt::format("not a record: {}: {}", error.what(), line));
      }
    });
    const auto host = bed.check();
    host_is_well_ = host.end == End::finished;
    if (!host_is_well_) {
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

  // What the host's kernel said before the suites and between their sweeps.
  void look_through_log(Bed& bed) {
    if (!host_is_well_) return;
    try {
      const auto lines = bed.kernel_log(deadline_.sooner(log_time));
      take_splats(splats_.in_log("host", lines, "boot"));
      describe(bed.settings(deadline_.sooner(log_time)));
    } catch (const NotKept&) {
      throw;
    } catch (const base::Error& error) {
      note("kernel log", error.what());
    }
  }

  void look_through_files() {
    take_splats(splats_.in_file("host", place_ / "console.log", "console"));
    take_splats(splats_.in_file("guest a", place_ / "guest-a.log", "console"));
    take_splats(splats_.in_file("guest b", place_ / "guest-b.log", "console"));
  }

  const KernelJob& job_;
  const std::string& label_;
  int number_;
  const Shared& shared_;
  RunFolder& folder_;
  Deadline deadline_;
  fs::path place_;
  SplatLog splats_;
  std::vector<CaseRecord> reported_;
  double phase_start_ = 0;
  bool host_is_well_ = true;  // by the last suite's end
};

}  // namespace

std::vector<CaseRecord> run_attempt(const KernelJob& job, const std::vector<CaseId>& cases,
                                    int number, const Shared& shared, Deadline deadline) {
  return Attempt(job, number, shared, deadline).run(cases);
}

void account_for_unbooted(const KernelJob& job, const std::vector<CaseId>& cases,
                          const Shared& shared) {
  Attempt(job, 1, shared, Deadline::never()).unbooted(cases);
}

}  // namespace refrag::run
