// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/run_folder.hpp"

#include <ctime>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"

namespace refrag::run {

using base::Error;
using base::Fault;

bool RunFolder::holds_run(const fs::path& path) { return fs::exists(path / "results.jsonl"); }

void RunFolder::require_unused(const fs::path& path) {
  if (!holds_run(path)) return;
  throw Error(Fault::usage, fmt::format("{} already holds a run", path.string()),
              "give --out another folder");
}

RunFolder::RunFolder(fs::path path) : path_(fs::absolute(std::move(path))) {
  const auto results = path_ / "results.jsonl";
  require_unused(path_);
  base::make_folder(path_);
  results_ = base::open_file(results.string(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0644);
}

fs::path RunFolder::kernel_folder(const std::string& label) const {
  auto folder = path_ / "kernels" / label;
  base::make_folder(folder);
  return folder;
}

void RunFolder::add(const verdict::Record& record) {
  const base::StopHeld whole_lines;
  base::doing("writing results.jsonl", [&] {
    base::write_all(results_.get(), verdict::to_line(record), base::Deadline::never());
  });
  records_.push_back(record);
}

fs::path default_run_folder() {
  return fmt::format("refrag-runs/{:%Y%m%dT%H%M%S}Z", fmt::gmtime(std::time(nullptr)));
}

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace refrag::run
