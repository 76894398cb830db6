// SPDX-License-Identifier: GPL-2.0-or-later
// The runner: plans kernels × suites, runs one kernel after the other, and makes the reports.
#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/plan/select.hpp"
#include "framework/run/kernel_run.hpp"
#include "framework/run/options.hpp"

namespace refrag::run {

using base::Deadline;
using base::Error;
using base::Fault;

namespace {

constexpr int mtu = 1500;  // bytes of IP; an axis of its own in a later suite

// Fetching packages and building a replica or an image takes minutes on a slow line.
constexpr auto preparation = std::chrono::minutes(30);

std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name[0] == '\0' ? "localhost" : name;
}

// Labels name kernels in ids and folders, so no two may be the same.
std::string unique_label(const std::string& label, std::set<std::string>& taken) {
  auto unique = label;
  for (int n = 2; !taken.insert(unique).second; ++n) unique = fmt::format("{}.{}", label, n);
  return unique;
}

std::vector<KernelJob> open_kernels(const Options& options, const TestbedKind& kind) {
  std::vector<KernelJob> jobs;
  std::set<std::string> labels;
  for (const auto& spec : options.kernels) {
    base::status(fmt::format("opening {}", spec));
    auto build = kernels::open_kernel(spec, Deadline::in(preparation));
    kernels::require_role(build, kind.role);
    build.label = unique_label(build.label, labels);
    jobs.push_back({std::move(build), {}});
  }
  return jobs;
}

// Gives every job its selected cases; how many there are in all.
int plan_cases(const Options& options, const std::vector<SuiteProgram>& suites,
               std::vector<KernelJob>& jobs) {
  const auto selection = plan::Selection::parse(options.select);
  std::vector<verdict::CaseId> all;
  for (const auto& job : jobs) {
    for (const auto& suite : suites) {
      const auto cases = cases_of(suite, job.build.label, mtu);
      all.insert(all.end(), cases.begin(), cases.end());
    }
  }
  const auto selected = selection.apply(all);
  for (auto& job : jobs) {
    std::ranges::copy_if(selected, std::back_inserter(job.cases),
                         [&](const verdict::CaseId& id) { return id.kernel == job.build.label; });
  }
  if (selected.empty()) {
    throw Error(Fault::nothing, fmt::format("none of the {} cases is selected", all.size()),
                "`refrag run --plan` without --select lists them");
  }
  return static_cast<int>(selected.size());
}

void print_plan(const std::vector<KernelJob>& jobs) {
  base::clear_status();
  for (const auto& job : jobs) {
    for (const auto& id : job.cases) fmt::print("{}\n", id.text());
  }
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
  run.command = {"refrag", "run", "--testbed", options.testbed};
  for (const auto& spec : options.kernels)
    run.command.insert(run.command.end(), {"--kernel", spec});
  for (const auto& text : options.select) run.command.insert(run.command.end(), {"--select", text});
  folder.add(run);
}

void run_jobs(const std::vector<KernelJob>& jobs, const TestbedKind& kind, const Options& options,
              const std::vector<SuiteProgram>& suites, RunFolder& folder, int planned) {
  Progress progress(planned);
  for (const auto& job : jobs) {
    if (job.cases.empty()) continue;
    run_kernel(job, kind, suites, folder, progress, Deadline::in(options.deadline));
  }
}

}  // namespace

void run(const Options& options) {
  const auto& kind = testbed_kind(options.testbed);
  const auto suites = find_suites(options.suites);
  auto jobs = open_kernels(options, kind);
  const int planned = plan_cases(options, suites, jobs);
  if (options.plan_only) return print_plan(jobs);
  kind.prepare(Deadline::in(preparation));
  RunFolder folder(options.out);
  begin(folder, options, planned);
  run_jobs(jobs, kind, options, suites, folder, planned);
}

}  // namespace refrag::run
