// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/files.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"

namespace refrag::base {

std::string read_file(const fs::path& path, std::uint64_t limit) {
  const Fd fd = open_file(path.string(), O_RDONLY);
  struct stat facts {};  // files of /proc say 0
  std::string data;
  if (::fstat(fd.get(), &facts) == 0) {
    data.reserve(std::min(limit, static_cast<std::uint64_t>(facts.st_size)));
  }
  for (;;) {
    const auto part = read_some(fd.get());
    if (part.empty()) return data;
    data += part;
    if (data.size() > limit) {
      throw Error(Fault::usage, fmt::format("{} is larger than {} bytes", path.string(), limit));
    }
  }
}

std::string read_start(const fs::path& path, std::size_t bytes) {
  return read_some(open_file(path.string(), O_RDONLY).get(), bytes);
}

void write_file(const fs::path& path, std::string_view data, int mode) {
  const StopHeld held;
  const auto beside = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  try {
    const Fd fd = open_file(beside, O_WRONLY | O_CREAT | O_TRUNC, mode);
    write_all(fd.get(), data, Deadline::never());
    if (::fdatasync(fd.get()) != 0) {
      throw Error(Fault::lab, fmt::format("cannot write {}: {}", beside, errno_text(errno)));
    }
    fs::rename(beside, path);
  } catch (const fs::filesystem_error& error) {
    ::unlink(beside.c_str());
    throw Error(Fault::lab, fmt::format("cannot write {}: {}", path.string(), error.what()));
  } catch (const Error& error) {
    ::unlink(beside.c_str());
    throw error.within(fmt::format("writing {}", path.string()));
  }
}

void make_folder(const fs::path& path, bool is_private) {
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (error) {
    throw Error(Fault::lab, fmt::format("cannot make {}: {}", path.string(), error.message()));
  }
  if (made && is_private) fs::permissions(path, fs::perms::owner_all, error);
}

fs::path cache_folder() {
  const char* xdg = ::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && xdg[0] == '/') return fs::path(xdg) / "refrag";
  const char* home = ::getenv("HOME");
  if (home == nullptr || home[0] != '/') {
    throw Error(Fault::lab, "neither XDG_CACHE_HOME nor HOME is set", "set one of them");
  }
  return fs::path(home) / ".cache" / "refrag";
}

void require_space(const fs::path& path, std::uint64_t bytes, std::string_view for_what) {
  auto existing = fs::absolute(path);
  while (!fs::exists(existing) && existing.has_relative_path()) existing = existing.parent_path();
  std::error_code error;
  const auto space = fs::space(existing, error);
  if (error || space.available >= bytes) return;
  throw Error(Fault::lab,
              fmt::format("{} needs {} MiB in {}, which has {} MiB free", for_what, bytes >> 20,
                          path.string(), space.available >> 20),
              "free some space or set XDG_CACHE_HOME to another disk");
}

}  // namespace refrag::base
