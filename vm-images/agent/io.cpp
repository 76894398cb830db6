// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/io.hpp"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

namespace refrag::agent {
namespace {

bool wait_for(int fd, short events, Micros time) {
  pollfd entry{fd, events, 0};
  const int milliseconds = static_cast<int>((time + 999) / 1000);
  return poll(&entry, 1, milliseconds) > 0;
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) close(fd_);
}

Problem problem(std::string_view doing) { return problem(doing, errno); }

Problem problem(std::string_view doing, int error) {
  return std::string(doing) + ": " + strerror(error);
}

Micros now() noexcept {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Micros{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
}

std::optional<std::string> read_file(const std::string& path, std::size_t limit) {
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text;
  char buffer[4096];
  while (text.size() < limit) {
    const auto got = read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  if (text.size() > limit) text.resize(limit);
  return text;
}

bool write_file(const std::string& path, std::string_view text) {
  const Fd file(open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  return file && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool wait_readable(int fd, Micros time) { return wait_for(fd, POLLIN, time); }
bool wait_writable(int fd, Micros time) { return wait_for(fd, POLLOUT, time); }

}  // namespace refrag::agent
