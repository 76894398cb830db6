// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/state.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"
#include "framework/bisect/lines.hpp"

namespace refrag::bisect {

using base::Error;
using base::Fault;

namespace {

fs::path file_in(const fs::path& folder) { return folder / "search.jsonl"; }

[[noreturn]] void fail(std::string_view doing, const fs::path& folder) {
  const auto why = base::errno_text(errno);
  throw Error(Fault::lab, fmt::format("cannot {} {}: {}", doing, file_in(folder).string(), why),
              "mend it and resume the search");
}

}  // namespace

State State::create(const fs::path& folder, const Problem& problem) {
  check(problem);
  if (fs::exists(file_in(folder))) {
    throw Error(Fault::usage, fmt::format("{} already holds a search", folder.string()),
                "resume it or give another folder");
  }
  base::make_folder(folder);
  base::write_file(file_in(folder), to_line(problem));
  return State(folder);
}

State State::resume(const fs::path& folder) {
  if (!fs::exists(file_in(folder))) {
    throw Error(Fault::usage, fmt::format("{} holds no search", folder.string()),
                "give the folder of one");
  }
  return State(folder);
}

State::State(fs::path folder)
    : folder_(std::move(folder)),
      file_(base::open_file(file_in(folder_).string(), O_RDWR | O_APPEND)) {
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(Fault::usage, fmt::format("the search in {} is being run", folder_.string()),
                "wait for it or stop it");
  }
  base::doing(fmt::format("reading {}", file_in(folder_).string()), [this] { read(); });
}

void State::read() {
  const auto text = base::read_file(file_in(folder_));
  const auto whole = text.rfind('\n') + 1;  // 0 when there is none
  auto lines = std::string_view(text).substr(0, whole);
  const auto take = [&] {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    return line;
  };
  if (lines.empty()) throw Error(Fault::usage, "it is empty", "start the search anew");
  problem_ = problem_from(take());
  check(problem_);
  while (!lines.empty()) history_.push_back(boot_from(take(), problem_));
  if (whole < text.size() && ::ftruncate(file_.get(), static_cast<off_t>(whole)) != 0) {
    fail("shorten", folder_);
  }
}

void State::append(const Boot& boot) {
  const base::StopHeld whole_lines;
  const auto before = ::lseek(file_.get(), 0, SEEK_END);
  try {
    base::write_all(file_.get(), to_line(boot, problem_), base::Deadline::never());
    if (::fdatasync(file_.get()) != 0) fail("write", folder_);
  } catch (const Error& error) {
    [[maybe_unused]] const int cut = ::ftruncate(file_.get(), before);
    throw error.within(fmt::format("writing {}", file_in(folder_).string()));
  }
  history_.push_back(boot);
}

}  // namespace refrag::bisect
