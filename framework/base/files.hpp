// SPDX-License-Identifier: GPL-2.0-or-later
// Files, and where ours are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "framework/base/fd.hpp"

namespace refrag::base {

namespace fs = std::filesystem;

// The whole file. Throws Error; also when it is larger than limit bytes.
std::string read_file(const fs::path& path, std::uint64_t limit = 1u << 30);

// The first bytes of a file, fewer when it has no more. Throws Error.
std::string read_start(const fs::path& path, std::size_t bytes);

// Written beside, synced and renamed: a reader sees the old file or the new one. Throws Error.
void write_file(const fs::path& path, std::string_view data, int mode = 0644);

// A folder, with its parents; private ones are made with mode 0700. Throws Error.
void make_folder(const fs::path& path, bool is_private = false);

// $XDG_CACHE_HOME/refrag or ~/.cache/refrag.
fs::path cache_folder();

// Throws Error when there is less than this free where path is (or will be).
void require_space(const fs::path& path, std::uint64_t bytes, std::string_view for_what);

// Hexadecimal SHA-256 of a text or a file's bytes.
std::string sha256(std::string_view data);
std::string sha256_file(const fs::path& path);

// A private folder under $TMPDIR (short path: unix sockets live in it), removed with its contents.
// It is locked while its owner lives; what an owner that was killed left is removed by the next one
// to be made for the same purpose.
class TempDir {
 public:
  explicit TempDir(std::string_view purpose);
  TempDir(TempDir&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}
  TempDir& operator=(TempDir&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
  }
  ~TempDir();
  const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
  Fd lock_;
};

}  // namespace refrag::base
