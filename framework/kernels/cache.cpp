// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/cache.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;

fs::path kernel_cache() { return base::cache_folder() / "kernels"; }

FileLock::FileLock(const fs::path& file, base::Deadline deadline) {
  base::make_folder(file.parent_path(), true);
  fd_ = base::open_file(file.string(), O_RDWR | O_CREAT);
  while (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      throw base::Error(base::Fault::lab,
                        fmt::format("cannot lock {}: {}", file.string(), base::errno_text(errno)));
    }
    if (deadline.expired()) {
      throw base::Error(base::Fault::lab,
                        fmt::format("another process has held {} all the time", file.string()),
                        "wait for it, or end it");
    }
    base::wait_readable(-1, deadline.sooner(base::milliseconds(50)));
  }
}

namespace {

constexpr auto forgotten_after = std::chrono::hours(24 * 30);

// The time of a kept folder is when it was last asked for.
bool is_kept(const fs::path& path) {
  std::error_code absent;
  fs::last_write_time(path, fs::file_time_type::clock::now(), absent);
  return fs::exists(path);
}

void remove_forgotten(const fs::path& parent) {
  const auto limit = fs::file_time_type::clock::now() - forgotten_after;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    const bool hidden = entry.path().filename().string().starts_with('.');
    const auto asked = entry.last_write_time(error);
    if (!hidden && !error && asked < limit) fs::remove_all(entry.path(), error);
  }
}

}  // namespace

fs::path cached_folder(const fs::path& path, base::Deadline deadline,
                       const std::function<void(const fs::path&)>& make) {
  if (is_kept(path)) return path;
  const auto beside = [&](std::string_view end) {
    return path.parent_path() / fmt::format(".{}.{}", path.filename().string(), end);
  };
  const FileLock lock(beside("lock"), deadline);
  if (is_kept(path)) return path;
  remove_forgotten(path.parent_path());
  const auto tmp = beside("tmp");
  std::error_code ignored;
  fs::remove_all(tmp, ignored);
  base::make_folder(tmp);
  try {
    make(tmp);
    fs::rename(tmp, path);
  } catch (const fs::filesystem_error& error) {
    fs::remove_all(tmp, ignored);
    throw base::Error(base::Fault::lab,
                      fmt::format("cannot keep {}: {}", path.string(), error.code().message()));
  } catch (...) {
    fs::remove_all(tmp, ignored);
    throw;
  }
  return path;
}

std::string plain_name(std::string_view text) {
  std::string name(text);
  std::ranges::replace_if(
      name,
      [](char c) {
        const bool plain = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                           ('0' <= c && c <= '9') ||
                           std::string_view("._+~-").find(c) != std::string_view::npos;
        return !plain;
      },
      '_');
  return name;
}

}  // namespace refrag::kernels
