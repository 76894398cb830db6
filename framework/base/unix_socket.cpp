// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/unix_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"

namespace refrag::base {
namespace {

sockaddr_un address_of(const fs::path& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const auto& text = path.native();
  if (text.size() >= sizeof address.sun_path) {
    throw Error(Fault::lab,
                fmt::format("{}: too long for a socket's path ({} bytes, at most {})", text,
                            text.size(), sizeof address.sun_path - 1),
                "set TMPDIR to a shorter folder");
  }
  std::ranges::copy(text, address.sun_path);
  return address;
}

}  // namespace

Fd connect_unix(const fs::path& path, Deadline deadline) {
  const auto address = address_of(path);
  for (;;) {
    throw_if_stopped();
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) throw Error(Fault::lab, "making a socket: " + errno_text(errno));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      return socket;
    }
    const int error = errno;
    const bool may_come = error == ENOENT || error == ECONNREFUSED || error == EINTR;
    if (!may_come || deadline.expired()) {
      throw Error(Fault::lab,
                  fmt::format("connecting to {}: {}", path.string(), errno_text(error)));
    }
    const std::array<int, 0> nothing = {};
    wait_readable(nothing, deadline.sooner(milliseconds(10)));
  }
}

pid_t listener_of(int socket) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  const int failed = ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  return failed == 0 ? peer.pid : 0;
}

}  // namespace refrag::base
