// SPDX-License-Identifier: GPL-2.0-or-later
// A file descriptor with an owner, and the few calls on descriptors that everybody needs.
// All of them notice a stop request (stop.hpp) and throw Stopped then.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/base/deadline.hpp"

namespace refrag::base {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read_end;
  Fd write_end;
};

// Close-on-exec, both ends blocking. Throws Error.
Pipe make_pipe();

// /dev/null, or a file opened with open(2)'s flags and mode; close-on-exec. Throws Error.
Fd open_null();
Fd open_file(const std::string& path, int flags, int mode = 0600);

// Waits until one of the descriptors can be read (or has hung up). The index of the first that can,
// nullopt when the deadline has passed. Negative descriptors are skipped.
std::optional<std::size_t> wait_readable(std::span<const int> fds, Deadline deadline);
bool wait_readable(int fd, Deadline deadline);

// What can be read now, at most limit bytes; empty at the end of the stream. Throws Error.
std::string read_some(int fd, std::size_t limit = 65536);

// Writes all of it, or false when the deadline has passed first. Throws Error when it cannot.
bool write_all(int fd, std::string_view data, Deadline deadline);

}  // namespace refrag::base
