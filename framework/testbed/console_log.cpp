// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/console_log.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace refrag::testbed {

ConsoleLog::ConsoleLog(const std::string& path)
    : file_(std::make_shared<base::Fd>(base::open_file(path, O_WRONLY | O_CREAT | O_APPEND, 0644))),
      written_(static_cast<std::size_t>(::lseek(file_->get(), 0, SEEK_END))) {}

void ConsoleLog::operator()(std::string_view line) {
  if (written_ + line.size() >= console_log_limit) return;
  const auto text = std::string(line) + '\n';
  // The log is for people; a full disk is noticed where results are written.
  [[maybe_unused]] const auto put = ::write(file_->get(), text.data(), text.size());
  written_ += text.size();
}

}  // namespace refrag::testbed
