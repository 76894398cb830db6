// SPDX-License-Identifier: GPL-2.0-or-later
// Descriptors, files and the clock, without exceptions. A Problem is what went wrong in one line,
// empty when nothing did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace refrag::agent {

using Micros = std::int64_t;
using Problem = std::string;

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// "opening /dev/x: No such file or directory", for errno or the number given.
Problem problem(std::string_view doing);
Problem problem(std::string_view doing, int error);

Micros now() noexcept;  // monotonic; on a machine of its own that is its uptime

// At most limit bytes; also of files in /proc and /sys, which have no size.
std::optional<std::string> read_file(const std::string& path, std::size_t limit = 1 << 20);

// For settings: the file has to exist. False when it does not, or does not take the text.
bool write_file(const std::string& path, std::string_view text);

// Waits until the descriptor can be read or written. A time of 0 only looks.
bool wait_readable(int fd, Micros time);
bool wait_writable(int fd, Micros time);

}  // namespace refrag::agent
