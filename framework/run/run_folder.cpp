// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/run_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "framework/base/stop.hpp"

namespace refrag::run {

using base::Error;
using base::Fault;

namespace {

constexpr std::uint64_t largest_results = 4ull << 30;  // bytes

// When the last phase that is recorded was over.
double end_of(const std::vector<verdict::Record>& records) {
  double end = 0;
  for (const auto& record : records) {
    const auto* phase = std::get_if<verdict::PhaseRecord>(&record);
    if (phase != nullptr) end = std::max(end, phase->at + phase->seconds);
  }
  return end;
}

}  // namespace

bool RunFolder::holds_run(const fs::path& path) { return fs::exists(path / "results.jsonl"); }

void RunFolder::require_unused(const fs::path& path) {
  if (!holds_run(path)) return;
  throw Error(Fault::usage, fmt::format("{} already holds a run", path.string()),
              "give --out another folder, or go on with it: --resume");
}

RunFolder::RunFolder(fs::path path) : path_(fs::absolute(std::move(path))) {
  require_unused(path_);
  base::make_folder(path_);
  results_ = base::open_file((path_ / "results.jsonl").string(),
                             O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0644);
  claim();
}

RunFolder RunFolder::reopen(const fs::path& path) {
  const auto results = path / "results.jsonl";
  if (!holds_run(path)) {
    throw Error(Fault::usage, fmt::format("{} is not the folder of a run", path.string()),
                "it has no results.jsonl");
  }
  RunFolder folder(fs::absolute(path), base::open_file(results.string(), O_WRONLY | O_APPEND));
  folder.claim();
  const auto text = base::read_file(results, largest_results);
  const auto whole = text.rfind('\n') + 1;  // 0 when there is no line
  if (::ftruncate(folder.results_.get(), static_cast<off_t>(whole)) != 0) {
    throw NotKept(Fault::lab,
                  fmt::format("cannot write {}: {}", results.string(), base::errno_text(errno)));
  }
  folder.earlier_ = verdict::read_records(std::string_view(text).substr(0, whole)).records;
  folder.before_ = end_of(folder.earlier_);
  return folder;
}

// For as long as we live: two runners would do everything twice.
void RunFolder::claim() {
  if (::flock(results_.get(), LOCK_EX | LOCK_NB) == 0) return;
  throw Error(Fault::usage, fmt::format("a runner is still at work in {}", path_.string()),
              "wait for it, or end it");
}

fs::path RunFolder::kernel_folder(const std::string& label, int attempt) const {
  auto folder = path_ / "kernels" / label;
  if (attempt > 1) folder /= fmt::format("attempt-{}", attempt);
  base::make_folder(folder);
  return folder;
}

void RunFolder::add(const verdict::Record& record) {
  const base::StopHeld whole_lines;
  const std::lock_guard lock(*adding_);
  const auto end = ::lseek(results_.get(), 0, SEEK_END);
  try {
    base::write_all(results_.get(), verdict::to_line(record), base::Deadline::never());
  } catch (const Error& error) {
    // What is there stays readable: no half line before what may still fit.
    [[maybe_unused]] const auto cut = ::ftruncate(results_.get(), end);
    throw NotKept(Fault::lab, fmt::format("while writing results.jsonl: {}", error.what()));
  }
}

fs::path default_run_folder() {
  return fmt::format("refrag-runs/{:%Y%m%dT%H%M%S}Z", fmt::gmtime(std::time(nullptr)));
}

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace refrag::run
