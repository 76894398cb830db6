// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/matrix.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/plan/select.hpp"
#include "framework/run/inputs.hpp"
#include "framework/run/times.hpp"

namespace refrag::run {

using base::Deadline;
using base::Error;
using base::Fault;
using verdict::CaseId;
using verdict::End;

namespace {

struct Wanted {
  std::string kernel;
  std::string guest;
};

std::vector<Wanted> combinations(const Options& options, const TestbedKind& kind) {
  auto guests = options.guest_kernels;
  if (!guests.empty() && !kind.has_guests) {
    throw Error(Fault::usage, fmt::format("testbed {} has no guests", kind.name),
                "leave --guest-kernel out, or give --testbed xen");
  }
  if (options.task) return {{options.kernels.front(), guests.empty() ? "" : guests.front()}};
  for (const auto& spec : options.kernels) kernels::require_plausible(spec);
  for (const auto& spec : guests) {
    if (spec != same_kernel) kernels::require_plausible(spec);
  }
  if (guests.empty()) guests.emplace_back();
  std::vector<Wanted> all;
  for (const auto& kernel : options.kernels) {
    for (const auto& guest : guests) all.push_back({kernel, guest});
  }
  return all;
}

// While there are enough kernels for all shards, each has whole ones and opens no other.
bool divides_kernels(const plan::Shard& shard, std::size_t kernels) {
  return static_cast<std::size_t>(shard.count) <= kernels;
}

// Labels name kernels in ids and folders, so no two may be the same.
std::string unique_label(const std::string& label, std::set<std::string>& taken) {
  auto unique = label;
  for (int n = 2; !taken.insert(unique).second; ++n) unique = fmt::format("{}.{}", label, n);
  return unique;
}

KernelJob open_one(const Wanted& wanted, kernels::Role role) {
  KernelJob job;
  job.build = kernels::open_kernel(wanted.kernel, Deadline::in(opening));
  job.given_guest = wanted.guest;
  job.guest = wanted.guest == same_kernel ? wanted.kernel : wanted.guest;
  if (const auto missing = kernels::missing_for(role, job.build.config); !missing.empty()) {
    job.verdict = {End::kernel_unfit,
                   fmt::format("it cannot be {}: it was built without {}", kernels::name_of(role),
                               fmt::join(missing, ", "))};
  }
  return job;
}

std::string guest_label(const std::string& given) {
  if (given.empty()) return {};
  if (given == same_kernel) return "+guest-same";
  return base::doing("opening the guests' kernel", [&] {
    return "+guest-" + kernels::open_kernel(given, Deadline::in(opening)).label;
  });
}

KernelJob unopened(const Wanted& wanted, const Error& why) {
  KernelJob job;
  job.build.spec = wanted.kernel;
  job.build.label = kernels::plain_name(wanted.kernel);
  job.given_guest = job.guest = wanted.guest;
  job.verdict = {End::lab_failed, fmt::format("the kernel cannot be opened: {}", why.what())};
  return job;
}

// A task is what its manifest says, or broken.
void require_unchanged(KernelJob& job, const Options& options) {
  job.build.label = options.task->label;
  if (job.build.key.empty()) return;  // it could not be opened, and says so
  const auto suite = find_suites(options.suites).front();
  const auto what = changed(options.task->inputs, inputs_of(job, suite, options));
  if (!what.empty()) job.verdict = {End::lab_failed, what};
}

// What is shared out are cells: their sizes are in flight together.
std::vector<CaseId> part_of(const std::vector<CaseId>& cases, const plan::Shard& shard) {
  std::map<CaseId, std::size_t> cells;  // in the order in which they come
  const auto number_of = [&](CaseId id) {
    id.size.reset();
    return cells.emplace(std::move(id), cells.size()).first->second;
  };
  for (const auto& id : cases) number_of(id);
  const auto [from, to] = shard.of(cells.size());
  std::vector<CaseId> part;
  std::ranges::copy_if(cases, std::back_inserter(part), [&, from = from, to = to](const auto& id) {
    const auto number = number_of(id);
    return from <= number && number < to;
  });
  return part;
}

// Seconds; a guess for a suite that was never run here.
double time_of_cell(const std::string& testbed, const std::string& suite) {
  constexpr double guess = 0.25;
  const auto times = Times::last(testbed);
  if (!times) return guess;
  const auto known = times->cell.find(suite);
  return known == times->cell.end() || known->second <= 0 ? guess : known->second;
}

// The first cells of the plan, as long as they fit.
std::vector<CaseId> within_budget(std::vector<CaseId> cases, const Options& options) {
  if (!options.budget || cases.empty()) return cases;
  const double fitting = *options.budget / time_of_cell(options.testbed, cases.front().suite);
  const auto most = std::max<std::size_t>(1, static_cast<std::size_t>(fitting));
  std::set<verdict::Cell> taken;
  std::erase_if(cases, [&](const CaseId& id) {
    if (taken.contains(id.cell)) return false;
    return taken.size() >= most || !taken.insert(id.cell).second;
  });
  return cases;
}

}  // namespace

std::vector<KernelJob> open_jobs(const Options& options, const TestbedKind& kind) {
  auto wanted = combinations(options, kind);
  if (divides_kernels(options.shard, wanted.size())) {
    const auto [from, to] = options.shard.of(wanted.size());
    wanted = {wanted.begin() + static_cast<long>(from), wanted.begin() + static_cast<long>(to)};
  }
  std::vector<KernelJob> jobs;
  std::set<std::string> labels;
  std::exception_ptr first;
  bool any = false;
  for (const auto& one : wanted) {
    base::status(fmt::format("opening {}", one.kernel));
    try {
      auto job = open_one(one, kind.role);
      job.build.label += guest_label(one.guest);
      jobs.push_back(std::move(job));
      any = true;
    } catch (const Error& error) {
      if (!first) first = std::current_exception();
      if (wanted.size() > 1) base::say(error.what());
      jobs.push_back(unopened(one, error));
    }
    jobs.back().build.label = unique_label(jobs.back().build.label, labels);
  }
  if (options.task) {
    require_unchanged(jobs.front(), options);  // also of one that cannot be opened any more
  } else if (!any) {
    std::rethrow_exception(first);
  }
  return jobs;
}

int plan_cases(const Options& options, const std::vector<SuiteProgram>& suites,
               std::vector<KernelJob>& jobs) {
  const auto selection = plan::Selection::parse(options.select);
  std::vector<CaseId> all;
  for (const auto& job : jobs) {
    for (const auto& suite : suites) {
      const auto cases =
          within_budget(cases_of(suite, job.build.label, mtu, options.axes), options);
      all.insert(all.end(), cases.begin(), cases.end());
    }
  }
  auto selected = selection.apply(all);
  if (selected.empty()) {
    throw Error(Fault::nothing, fmt::format("none of the {} cases is selected", all.size()),
                "`refrag run --plan` without --select lists them");
  }
  const auto pairs =
      options.kernels.size() * std::max<std::size_t>(1, options.guest_kernels.size());
  if (!divides_kernels(options.shard, pairs)) selected = part_of(selected, options.shard);
  if (selected.empty()) {
    throw Error(Fault::nothing, fmt::format("shard {} has no case", options.shard.text()),
                "use fewer shards than there are cells");
  }
  for (auto& job : jobs) {
    std::ranges::copy_if(selected, std::back_inserter(job.cases),
                         [&](const CaseId& id) { return id.kernel == job.build.label; });
  }
  return static_cast<int>(selected.size());
}

}  // namespace refrag::run
