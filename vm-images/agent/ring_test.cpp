// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/ring.hpp"

#include <string>
#include <thread>

#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "framework/base/catch.hpp"

namespace refrag::agent {
namespace {

// Two of them fill no block together.
constexpr std::size_t one_a_block = 20000;

bool bring_up_loopback(const Fd& socket) {
  ifreq request{};
  std::string("lo").copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  return ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0;
}

// Each is seen twice, on its way out and on its way in.
void send(const Fd& socket, int datagrams) {
  const std::string text(one_a_block, 'x');
  sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {}, .sin_zero = {}};
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  for (; datagrams > 0; --datagrams) {
    sendto(socket.get(), text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
  }
}

struct Seen {
  bool could_try = false;
  std::uint32_t missed = 0;
  int frames = 0;
};

// In a network namespace of its own: 8 blocks, 2 of them free while nothing begins.
Seen fill_begin_and_fill() {
  if (unshare(CLONE_NEWNET) != 0) return {};
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  Ring ring;
  if (!bring_up_loopback(socket) ||
      !ring.open("lo", {.blocks = 8, .free = 2, .retire_time = 10}).empty()) {
    return {};
  }
  send(socket, 3);
  poll(nullptr, 0, 50);
  ring.turn();
  ring.begin();
  send(socket, 2);
  poll(nullptr, 0, 50);
  ring.turn();
  Seen seen{true, ring.missed(0), 0};
  ring.each([&](const Frame&) { ++seen.frames; });
  return seen;
}

}  // namespace

TEST_CASE("a capture that begins has room for more than is free at other times", "[agent]") {
  Seen seen;
  std::thread([&] { seen = fill_begin_and_fill(); }).join();
  if (!seen.could_try) return;  // not allowed here
  CHECK(seen.missed == 0);
  CHECK(seen.frames >= 4);
}

}  // namespace refrag::agent
