// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/free_port.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "framework/base/error.hpp"
#include "framework/base/fd.hpp"

namespace refrag::lab {

int free_port() {
  const base::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), generic, length) != 0 ||
      ::getsockname(socket.get(), generic, &length) != 0) {
    throw base::Error(base::Fault::lab, "no port of the loopback is free");
  }
  return ntohs(address.sin_port);
}

}  // namespace refrag::lab
