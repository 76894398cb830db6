// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/whole_file.hpp"

#include <cerrno>
#include <fstream>

#include <fmt/format.h>

#include "framework/base/error.hpp"

namespace refrag::reports {

void write_whole(const base::fs::path& path, const std::function<void(std::ostream&)>& write) {
  const auto beside = base::fs::path(path) += ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  errno = 0;
  if (out) write(out);
  out.close();
  if (!out) {
    const int error = errno;
    std::error_code ignored;
    base::fs::remove(beside, ignored);
    throw base::Error(base::Fault::lab,
                      fmt::format("cannot write {}: {}", path.string(), base::errno_text(error)));
  }
  base::fs::rename(beside, path);
}

}  // namespace refrag::reports
