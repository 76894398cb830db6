// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/manifest.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::verdict {

namespace fs = base::fs;
using base::Error;
using base::Fault;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::uint64_t largest_manifest = 1u << 30;  // bytes
constexpr std::string_view attempt_prefix = "attempt-";

Task task_from(const Json& json) {
  Task task;
  json.at("tool").get_to(task.tool);
  json.at("label").get_to(task.label);
  json.at("suite").get_to(task.suite);
  json.at("planned").get_to(task.planned);
  json.at("kernel").get_to(task.kernel);
  json.at("guest").get_to(task.guest);
  json.at("testbed").get_to(task.testbed);
  json.at("axes").get_to(task.axes);
  json.at("select").get_to(task.select);
  json.at("ignored-splats").get_to(task.ignored_splats);
  json.at("known-bugs").get_to(task.known_bugs);
  json.at("retries").get_to(task.retries);
  json.at("minutes").get_to(task.minutes);
  json.at("directory").get_to(task.directory);
  json.at("inputs").get_to(task.inputs);
  return task;
}

std::optional<Done> done_in(const fs::path& attempt) {
  std::error_code absent;
  if (!fs::exists(attempt / "done", absent)) return std::nullopt;
  return done_from(base::read_file(attempt / "done", 1u << 16));
}

// A finding, then what else was judged, then what broke.
int weight(const TaskAttempt& attempt) {
  if (!attempt.done) return 0;
  if (attempt.done->exit_code == 1) return 3;
  return attempt.done->exit_code == static_cast<int>(Fault::lab) ? 1 : 2;
}

}  // namespace

std::string to_line(const Task& task) {
  const Json json = {{"tool", task.tool},
                     {"label", task.label},
                     {"suite", task.suite},
                     {"planned", task.planned},
                     {"kernel", task.kernel},
                     {"guest", task.guest},
                     {"testbed", task.testbed},
                     {"axes", task.axes},
                     {"select", task.select},
                     {"ignored-splats", task.ignored_splats},
                     {"known-bugs", task.known_bugs},
                     {"retries", task.retries},
                     {"minutes", task.minutes},
                     {"directory", task.directory},
                     {"inputs", task.inputs}};
  return json.dump() + "\n";
}

std::vector<Task> read_manifest(const fs::path& file) {
  std::vector<Task> tasks;
  for (const auto& line : base::split(base::trim(base::read_file(file, largest_manifest)), '\n')) {
    const int number = static_cast<int>(tasks.size()) + 1;
    try {
      tasks.push_back(task_from(Json::parse(line)));
    } catch (const nlohmann::json::exception& error) {
      throw Error(Fault::usage,
                  fmt::format("{}: line {} is no task: {}", file.string(), number, error.what()),
                  "`refrag run --kernel ... --manifest FILE` writes one");
    }
    tasks.back().number = number;
  }
  return tasks;
}

std::optional<fs::path> manifest_at(const fs::path& path) {
  const auto file = fs::is_directory(path) ? path / "manifest.jsonl" : path;
  if (fs::is_regular_file(file)) return file;
  return std::nullopt;
}

fs::path task_folder(const fs::path& manifest, int number) {
  return manifest.parent_path() / "tasks" / std::to_string(number);
}

std::string to_text(const Done& done) {
  return Json{{"exit", done.exit_code}, {"host", done.host}, {"ended", done.ended}}.dump() + "\n";
}

std::optional<Done> done_from(std::string_view text) {
  try {
    const auto json = Json::parse(text);
    return Done{json.at("exit").get<int>(), json.at("host").get<std::string>(),
                json.at("ended").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::vector<TaskAttempt> attempts_at(const fs::path& task_folder) {
  std::vector<TaskAttempt> attempts;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(task_folder, absent)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(attempt_prefix)) continue;
    const auto number = base::to_number(name.substr(attempt_prefix.size()));
    if (number) attempts.push_back({static_cast<int>(*number), entry.path(), done_in(entry)});
  }
  std::ranges::sort(attempts, {}, &TaskAttempt::number);
  return attempts;
}

const TaskAttempt* speaking(const std::vector<TaskAttempt>& attempts) {
  const TaskAttempt* best = nullptr;
  for (const auto& one : attempts) {
    if (one.done && (best == nullptr || weight(one) >= weight(*best))) best = &one;
  }
  return best;
}

}  // namespace refrag::verdict
