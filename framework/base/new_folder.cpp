// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/new_folder.hpp"

#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>

#include "framework/base/error.hpp"

namespace refrag::base {

bool make_new_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0755) == 0) return true;
  if (errno == EEXIST) return false;
  throw Error(Fault::lab, fmt::format("cannot make {}: {}", path.string(), errno_text(errno)));
}

fs::path make_unused_folder(const fs::path& path) {
  make_folder(path.parent_path());
  auto unused = path;
  for (int n = 2; !make_new_folder(unused); ++n) unused = fmt::format("{}.{}", path.string(), n);
  return unused;
}

}  // namespace refrag::base
