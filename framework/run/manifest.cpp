// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/manifest.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/new_folder.hpp"
#include "framework/run/host_lock.hpp"
#include "framework/run/inputs.hpp"
#include "framework/run/matrix.hpp"
#include "framework/run/run_folder.hpp"

namespace refrag::run {

using base::Error;
using base::Fault;
using verdict::Task;

namespace {

// For a host that another task holds; longer than any should take.
constexpr auto patience = std::chrono::hours(2);

double minutes_of(base::Clock::duration time) {
  return std::chrono::duration<double, std::ratio<60>>(time).count();
}

std::vector<std::string> texts_of(const std::vector<base::fs::path>& paths) {
  std::vector<std::string> texts;
  for (const auto& path : paths) texts.push_back(path.string());
  return texts;
}

Task task_of(const KernelJob& job, const SuiteProgram& suite, const Options& options) {
  Task task;
  task.tool = fmt::format("refrag {}", REFRAG_VERSION);
  task.label = job.build.label;
  task.suite = suite.name;
  task.planned =
      static_cast<int>(std::ranges::count(job.cases, suite.name, &verdict::CaseId::suite));
  task.kernel = job.build.spec;
  task.guest = job.given_guest;
  task.testbed = options.testbed;
  task.axes = options.axes;
  task.select = options.select;
  task.ignored_splats = texts_of(options.ignored_splats);
  task.known_bugs = options.known_bugs.string();
  task.retries = options.retries;
  task.minutes = minutes_of(options.deadline);
  task.directory = base::fs::current_path().string();
  task.inputs = inputs_of(job, suite, options);
  return task;
}

Options options_of(const Task& task) {
  Options options;
  options.kernels = {task.kernel};
  if (!task.guest.empty()) options.guest_kernels = {task.guest};
  options.suites = {task.suite};
  options.axes = task.axes;
  options.select = task.select;
  options.testbed = task.testbed;
  options.known_bugs = task.known_bugs;
  options.ignored_splats = {task.ignored_splats.begin(), task.ignored_splats.end()};
  options.retries = task.retries;
  options.deadline = std::chrono::duration_cast<base::Clock::duration>(
      std::chrono::duration<double, std::ratio<60>>(task.minutes));
  options.task = task;
  return options;
}

base::fs::path make_attempt(const base::fs::path& task_folder) {
  base::make_folder(task_folder);
  const auto before = verdict::attempts_at(task_folder);
  for (int number = before.empty() ? 1 : before.back().number + 1;; ++number) {
    auto folder = task_folder / fmt::format("attempt-{}", number);
    if (base::make_new_folder(folder)) return folder;
  }
}

}  // namespace

std::vector<Task> write_manifest(const Options& options, const base::fs::path& file) {
  if (base::fs::exists(file)) {
    throw Error(Fault::usage,
                fmt::format("{} is there already, and is never changed", file.string()),
                "give --task N to run a line of it, or another file");
  }
  const auto suites = find_suites(options.suites);
  auto jobs = open_jobs(options, testbed_kind(options.testbed));
  plan_cases(options, suites, jobs);
  std::vector<Task> tasks;
  std::string text;
  for (const auto& job : jobs) {
    for (const auto& suite : suites) {
      auto task = task_of(job, suite, options);
      if (task.planned == 0) continue;
      text += verdict::to_line(task);
      tasks.push_back(std::move(task));
    }
  }
  if (file.has_parent_path()) base::make_folder(file.parent_path());
  if (!options.known_bugs.empty()) {
    base::write_file(file.parent_path() / known_bugs_file, base::read_file(options.known_bugs));
  }
  base::write_file(file, text, 0444);
  return tasks;
}

int run_task(const base::fs::path& manifest, int number,
             const std::function<int(const base::fs::path& folder)>& report) {
  const auto file = base::fs::absolute(manifest);
  const auto tasks = verdict::read_manifest(file);
  if (number < 1 || number > std::ssize(tasks)) {
    throw Error(Fault::usage, fmt::format("{} has tasks 1 to {}, and no {}", manifest.string(),
                                          tasks.size(), number));
  }
  const auto& task = tasks[static_cast<std::size_t>(number) - 1];
  auto options = options_of(task);
  options.out = make_attempt(verdict::task_folder(file, number));
  const auto name =
      fmt::format("task {} ({}, {})", number, task.label, options.out.filename().string());
  base::say(name + " on " + host_name());
  const HostLock lock(fmt::format("{} of {}, since {}", name, file.string(), utc_now()),
                      base::Deadline::in(patience));
  base::fs::current_path(task.directory);
  run(options);
  const int code = report(options.out);
  base::write_file(options.out / "done", verdict::to_text({code, host_name(), utc_now()}));
  return code;
}

}  // namespace refrag::run
