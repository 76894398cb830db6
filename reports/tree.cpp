// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/tree.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/verdict/result.hpp"

namespace refrag::reports {

using verdict::Task;
using verdict::TaskAttempt;

namespace {

constexpr std::size_t told = 20;  // of tasks one by one

// Of an attempt that never came to its end the first line says who was at it.
std::string host_of(const TaskAttempt& attempt) {
  if (attempt.done) return attempt.done->host;
  std::ifstream results(attempt.folder / "results.jsonl");
  std::string line;
  if (!std::getline(results, line)) return {};
  const auto records = verdict::read_records(line + "\n").records;
  const auto* run = records.empty() ? nullptr : std::get_if<verdict::RunRecord>(&records.front());
  return run == nullptr ? std::string() : run->machine;
}

std::string ending_of(const TaskAttempt& attempt) {
  if (!attempt.done) return "never came to its end";
  const int code = attempt.done->exit_code;
  return code == 0 ? "as expected" : code == 1 ? "findings" : fmt::format("exit {}", code);
}

std::string text_of(const TaskAttempt& attempt) {
  const auto host = host_of(attempt);
  return fmt::format("attempt {}{}{}: {}", attempt.number, host.empty() ? "" : " on ", host,
                     ending_of(attempt));
}

TaskResult result_of(const base::fs::path& manifest, const Task& task) {
  TaskResult result{task, {}, {}};
  const auto attempts = verdict::attempts_at(verdict::task_folder(manifest, task.number));
  if (const auto* speaks = verdict::speaking(attempts)) result.folder = speaks->folder;
  if (attempts.size() == 1 && result.folder) return result;
  std::vector<std::string> texts;
  for (const auto& attempt : attempts) texts.push_back(text_of(attempt));
  result.attempts = fmt::format("{}", fmt::join(texts, "; "));
  return result;
}

}  // namespace

std::string TaskResult::missing_reason() const {
  const auto what = attempts.empty() ? std::string("never ran") : "has no result: " + attempts;
  return fmt::format("task {} {} ({} cases)", task.number, what, task.planned);
}

std::vector<TaskResult> read_tree(const base::fs::path& manifest) {
  std::vector<TaskResult> results;
  for (const auto& task : verdict::read_manifest(manifest)) {
    results.push_back(result_of(manifest, task));
  }
  return results;
}

std::string summary(const std::vector<TaskResult>& results) {
  std::vector<std::string> again;
  std::size_t repeated = 0;
  for (const auto& result : results) {
    if (!result.folder || result.attempts.empty() || ++repeated > told) continue;
    again.push_back(fmt::format("task {} ({})", result.task.number, result.attempts));
  }
  const auto done =
      std::ranges::count_if(results, [](const auto& one) { return one.folder.has_value(); });
  auto text = fmt::format("{} of {} tasks have a result", done, results.size());
  if (repeated > 0) {
    text += fmt::format("; more than one attempt at {}: {}{}", repeated, fmt::join(again, ", "),
                        repeated > told ? ", ..." : "");
  }
  return text;
}

}  // namespace refrag::reports
