// SPDX-License-Identifier: GPL-2.0-or-later
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

namespace refrag::base {

namespace {

// Between being made and being locked a folder looks abandoned.
constexpr auto settling = std::chrono::minutes(1);

Fd lock(const fs::path& folder) {
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  return {};
}

bool is_ours(const fs::path& folder) {
  struct stat status = {};
  return ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == ::geteuid();
}

void remove_abandoned(const fs::path& parent, const std::string& prefix) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    if (!entry.path().filename().string().starts_with(prefix) || !is_ours(entry.path())) continue;
    const auto age = fs::file_time_type::clock::now() - fs::last_write_time(entry, ignored);
    if (age > settling && lock(entry.path())) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

TempDir::TempDir(std::string_view purpose) {
  const char* tmp = ::getenv("TMPDIR");
  const fs::path parent = tmp != nullptr && tmp[0] == '/' ? tmp : "/tmp";
  const auto prefix = fmt::format("refrag-{}-", purpose);
  remove_abandoned(parent, prefix);
  auto pattern = (parent / (prefix + "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(Fault::lab, fmt::format("cannot make {}: {}", pattern, errno_text(errno)),
                "set TMPDIR to a folder that can be written");
  }
  path_ = pattern;
  lock_ = lock(path_);
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace refrag::base
