// SPDX-License-Identifier: GPL-2.0-or-later
// Things that are made once and kept under the XDG cache, each named by what it is made from.
// Whoever is killed in the middle leaves no half-made thing; whoever comes at the same time waits.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "framework/base/deadline.hpp"
#include "framework/base/fd.hpp"

namespace refrag::kernels {

// $XDG_CACHE_HOME/refrag/kernels
std::filesystem::path kernel_cache();

// Held by one process at a time; released when it ends, however it ends.
class FileLock {
 public:
  // Waits for another holder until the deadline, then throws Error (lab).
  FileLock(const std::filesystem::path& file, base::Deadline deadline);

 private:
  base::Fd fd_;
};

// The folder `path`. If it is not there yet, `make` fills a folder beside it, which is renamed.
// What nobody has asked for in a month goes when something new is made beside it.
std::filesystem::path cached_folder(const std::filesystem::path& path, base::Deadline deadline,
                                    const std::function<void(const std::filesystem::path&)>& make);

// Text in which every character that could not stand in a file name or a case id is '_'.
std::string plain_name(std::string_view text);

}  // namespace refrag::kernels
