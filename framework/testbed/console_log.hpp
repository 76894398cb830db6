// SPDX-License-Identifier: GPL-2.0-or-later
// A file for what a guest says on its console. Written through at once; a guest that talks without
// end does not fill the disk.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "framework/base/fd.hpp"

namespace refrag::testbed {

inline constexpr std::size_t console_log_limit = 16u << 20;  // bytes

// Appends lines to the file, which is made when it is not there. Throws Error (lab).
class ConsoleLog {
 public:
  explicit ConsoleLog(const std::string& path);

  void operator()(std::string_view line);

 private:
  std::shared_ptr<base::Fd> file_;  // shared: std::function copies what it holds
  std::size_t written_;
};

}  // namespace refrag::testbed
