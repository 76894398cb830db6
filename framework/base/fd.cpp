// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/fd.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"

namespace refrag::base {

namespace {

[[noreturn]] void fail(std::string_view doing) {
  throw Error(Fault::lab, fmt::format("cannot {}: {}", doing, errno_text(errno)));
}

// Polls with the stop descriptor beside; false when the deadline has passed.
bool poll_until(std::vector<pollfd>& polled, Deadline deadline) {
  polled.push_back({stop_fd(), POLLIN, 0});
  for (;;) {
    throw_if_stopped();
    const auto left = deadline.remaining();
    const int ready = ::poll(polled.data(), polled.size(), static_cast<int>(left.count()));
    if (ready > 0) {
      throw_if_stopped();
      return true;
    }
    if (ready < 0 && errno != EINTR) fail("wait for a descriptor");
    if (ready == 0 && deadline.expired()) return false;
  }
}

}  // namespace

void Fd::reset() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("make a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

Fd open_file(const std::string& path, int flags, int mode) {
  Fd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd) fail(fmt::format("open {}", path));
  return fd;
}

Fd open_null() { return open_file("/dev/null", O_RDWR); }

std::optional<std::size_t> wait_readable(std::span<const int> fds, Deadline deadline) {
  std::vector<pollfd> polled;
  polled.reserve(fds.size() + 1);
  for (const int fd : fds) polled.push_back({fd, POLLIN, 0});
  if (!poll_until(polled, deadline)) return std::nullopt;
  for (std::size_t i = 0; i < fds.size(); ++i) {
    if (polled[i].revents != 0) return i;
  }
  return std::nullopt;
}

bool wait_readable(int fd, Deadline deadline) {
  return wait_readable(std::span(&fd, 1), deadline).has_value();
}

std::string read_some(int fd, std::size_t limit) {
  std::string data(limit, '\0');
  for (;;) {
    const ssize_t got = ::read(fd, data.data(), data.size());
    if (got >= 0) {
      data.resize(static_cast<std::size_t>(got));
      return data;
    }
    if (errno == EIO) return {};  // the other side of a pty is closed
    if (errno != EINTR) fail("read");
  }
}

bool write_all(int fd, std::string_view data, Deadline deadline) {
  while (!data.empty()) {
    std::vector<pollfd> polled{{fd, POLLOUT, 0}};
    if (!poll_until(polled, deadline)) return false;
    // A pipe that polls writable takes PIPE_BUF bytes without blocking.
    const ssize_t put = ::write(fd, data.data(), std::min<std::size_t>(data.size(), 4096));
    if (put < 0 && errno != EINTR && errno != EAGAIN) fail("write");
    if (put > 0) data.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

}  // namespace refrag::base
