// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/unix_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag::base;

TEST_CASE("a socket that nobody listens on is given up at the deadline", "[base]") {
  const TempDir folder("sock");
  CHECK_THROWS_WITH(connect_unix(folder.path() / "none", Deadline::in(milliseconds(30))),
                    Catch::Contains("none: No such file"));
}

TEST_CASE("a path that is too long for a socket is said to be", "[base]") {
  CHECK_THROWS_WITH(connect_unix("/tmp/" + std::string(200, 'x'), Deadline::in(seconds(1))),
                    Catch::Contains("too long for a socket's path"));
}

TEST_CASE("a listening socket is connected to", "[base]") {
  const TempDir folder("sock");
  const auto path = folder.path() / "s";
  const Fd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(bind(listening.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(listen(listening.get(), 1) == 0);
  const auto socket = connect_unix(path, Deadline::in(seconds(5)));
  CHECK(socket);
  CHECK(listener_of(socket.get()) == getpid());
}
