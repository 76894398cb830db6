// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/inbox.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace refrag::virt {

namespace {

constexpr int wanted_capacity = 1 << 20;  // bytes; what a user may have by default

std::size_t enlarge(int fd) {
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  ::fcntl(fd, F_SETPIPE_SZ, wanted_capacity);
  return static_cast<std::size_t>(::fcntl(fd, F_GETPIPE_SZ));
}

}  // namespace

Inbox::Inbox() : pipe_(base::make_pipe()), capacity_(enlarge(pipe_.write_end.get())) {}

bool Inbox::put(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  while (!bytes.empty() && why_.empty()) {
    const auto written = ::write(pipe_.write_end.get(), bytes.data(), bytes.size());
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EINTR) end(fmt::format("{} bytes came unread", capacity_));
  }
  return why_.empty();
}

void Inbox::finish(std::string_view why) {
  const std::lock_guard lock(mutex_);
  if (why_.empty()) end(why);
}

void Inbox::end(std::string_view why) {
  why_ = why;
  pipe_.write_end.reset();
}

std::string Inbox::why_ended() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

}  // namespace refrag::virt
