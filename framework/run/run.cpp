// SPDX-License-Identifier: GPL-2.0-or-later
// The runner: plans kernels × suites and runs them, as many kernels at once as there is room for.
#include <algorithm>

#include <fmt/format.h>

#include "framework/base/log.hpp"
#include "framework/run/host_lock.hpp"
#include "framework/run/kernel_run.hpp"
#include "framework/run/options.hpp"
#include "framework/run/pool.hpp"
#include "framework/run/times.hpp"

namespace refrag::run {

using base::Deadline;
using base::Error;
using base::Fault;

namespace {

// Making an image takes a minute, more on a slow line.
constexpr auto preparation = std::chrono::minutes(30);

int workers_for(const Options& options, const TestbedKind& kind) {
  return options.jobs > 0 ? options.jobs : room_for(kind);
}

std::string estimate(const std::vector<KernelJob>& jobs, const std::string& testbed, int workers) {
  const auto times = Times::last(testbed);
  if (!times) return "nothing ran here yet that would say how long it takes";
  std::vector<double> seconds;
  for (const auto& job : jobs) {
    if (job.verdict.end == verdict::End::finished) seconds.push_back(times->of_kernel(job.cases));
  }
  return fmt::format("about {} by the last run's times, {} at once",
                     duration_text(together(seconds, workers)), workers);
}

void print_plan(const std::vector<KernelJob>& jobs, const std::string& testbed, int workers) {
  base::clear_status();
  std::size_t cases = 0;
  for (const auto& job : jobs) {
    cases += job.cases.size();
    for (const auto& id : job.cases) fmt::print("{}\n", id.text());
    if (job.verdict.end == verdict::End::finished) continue;
    base::say(fmt::format("{}: {}", job.build.label, verdict::judge_ending(job.verdict).reason));
  }
  std::fflush(stdout);
  base::say(fmt::format("{} cases on {} kernel{}: {}", cases, jobs.size(),
                        jobs.size() == 1 ? "" : "s", estimate(jobs, testbed, workers)));
}

void begin(RunFolder& folder, const Options& options, int planned) {
  verdict::RunRecord run;
  run.tool = fmt::format("refrag {}", REFRAG_VERSION);
  run.started = utc_now();
  run.machine = host_name();
  run.testbed = options.testbed;
  run.lab = "nested";
  run.mtu = mtu;
  run.planned = planned;
  if (!options.shard.is_all()) run.shard = options.shard.text();
  run.command = command_of(options);
  run.directory = base::fs::current_path().string();
  folder.add(run);
}

// A label stands for one build in all of a run.
void require_same_builds(const std::vector<KernelJob>& jobs,
                         const std::vector<verdict::Record>& earlier) {
  for (const auto& record : earlier) {
    const auto* before = std::get_if<verdict::KernelRecord>(&record);
    if (before == nullptr || !before->properties.contains(verdict::property::key)) continue;
    const auto is_same = [&](const KernelJob& job) {
      return job.build.label == before->label &&
             job.build.key == before->properties.at(verdict::property::key);
    };
    if (std::ranges::any_of(jobs, is_same)) continue;
    throw Error(Fault::usage,
                fmt::format("{} is not the build any more that it was when the run began ({})",
                            before->spec, before->label),
                "start a new run");
  }
}

RunFolder open_folder(const Options& options, const std::vector<KernelJob>& jobs, int planned) {
  if (!options.resume) {
    RunFolder folder(options.out);
    begin(folder, options, planned);
    if (!options.known_bugs.empty()) {
      base::write_file(folder.path() / known_bugs_file, base::read_file(options.known_bugs));
    }
    return folder;
  }
  auto folder = RunFolder::reopen(options.out);
  require_same_builds(jobs, folder.earlier());
  folder.add(verdict::NoteRecord{"", "resume", "went on at " + utc_now()});
  return folder;
}

std::vector<IgnoredSplat> read_ignored(const Options& options) {
  auto all = read_ignored_splats(standing_ignored_splats());
  for (const auto& file : options.ignored_splats) {
    const auto more = read_ignored_splats(file);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

void keep_times(const RunFolder& folder, const std::string& testbed) {
  const auto text = base::read_file(folder.path() / "results.jsonl", 4ull << 30);
  if (const auto times = Times::of(verdict::read_records(text).records)) times->keep(testbed);
}

}  // namespace

void run(const Options& options) {
  const auto& kind = testbed_kind(options.testbed);
  const auto suites = find_suites(options.suites);
  const auto ignored = read_ignored(options);
  const auto bugs = verdict::read_known_bugs(options.known_bugs);
  auto jobs = open_jobs(options, kind);
  const int planned = plan_cases(options, suites, jobs);
  std::erase_if(jobs, [](const KernelJob& job) { return job.cases.empty(); });
  const int workers = workers_for(options, kind);
  if (options.plan_only) return print_plan(jobs, options.testbed, workers);
  const auto is_fit = [](const KernelJob& job) {
    return job.verdict.end == verdict::End::finished;
  };
  if (std::ranges::any_of(jobs, is_fit)) kind.prepare(Deadline::in(preparation));
  auto folder = open_folder(options, jobs, planned);
  History history;
  history.add(folder.earlier());
  int done = 0;
  for (const auto& job : jobs) done += static_cast<int>(history.done(job.cases));
  Progress progress(planned, done);
  const Shared shared{kind, suites, ignored, bugs, folder, progress, options.explain, options.keep};
  in_parallel(workers, jobs.size(), [&](std::size_t i) {
    run_kernel(jobs[i], shared, history, options.retries, Deadline::in(options.deadline));
  });
  keep_times(folder, options.testbed);
}

std::vector<std::string> command_of(const Options& options) {
  std::vector<std::string> words = {"refrag", "run", "--testbed", options.testbed};
  const auto add = [&](const char* option, const auto& values) {
    for (const auto& value : values) words.insert(words.end(), {option, std::string(value)});
  };
  add("--kernel", options.kernels);
  add("--guest-kernel", options.guest_kernels);
  add("--suite", options.suites);
  add("--axes", std::vector{options.axes});
  if (options.budget) add("--budget", std::vector{fmt::format("{:g}", *options.budget)});
  add("--select", options.select);
  add("--ignore-splats", options.ignored_splats);
  if (!options.known_bugs.empty()) add("--known-bugs", std::vector{options.known_bugs});
  if (options.explain) words.emplace_back("--explain");
  if (options.keep) words.emplace_back("--keep");
  if (!options.shard.is_all()) add("--shard", std::vector{options.shard.text()});
  add("--retries", std::vector{std::to_string(options.retries)});
  const auto minutes = std::chrono::duration<double, std::ratio<60>>(options.deadline).count();
  add("--deadline", std::vector{fmt::format("{:g}", minutes)});
  return words;
}

}  // namespace refrag::run
