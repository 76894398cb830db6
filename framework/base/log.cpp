// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/log.hpp"

#include <cstdio>
#include <mutex>
#include <string>

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "framework/base/text.hpp"

namespace refrag::base {

namespace {

std::mutex mutex;
bool drawn = false;

std::size_t columns() {
  struct winsize size = {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

void erase() {
  if (drawn) fmt::print(stderr, "\r\033[K");
  drawn = false;
}

}  // namespace

void say(std::string_view line) {
  const std::lock_guard lock(mutex);
  erase();
  fmt::print(stderr, "{}\n", printable(line));
  std::fflush(stderr);
}

void status(std::string_view text) {
  if (!stderr_is_terminal()) return;
  const std::lock_guard lock(mutex);
  fmt::print(stderr, "\r\033[K{}", printable(text.substr(0, columns() - 1)));
  std::fflush(stderr);
  drawn = true;
}

void clear_status() {
  const std::lock_guard lock(mutex);
  erase();
  std::fflush(stderr);
}

bool stderr_is_terminal() noexcept { return ::isatty(STDERR_FILENO) == 1; }

bool colour_wanted(int fd) noexcept {
  const char* none = ::getenv("NO_COLOR");
  const char* term = ::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  return ::isatty(fd) == 1 && (none == nullptr || none[0] == '\0') && !dumb;
}

}  // namespace refrag::base
