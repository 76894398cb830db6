// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/pump.hpp"

#include <cerrno>
#include <string_view>

#include <linux/if_packet.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refrag::agent {
namespace {

constexpr int kMostFiles = 256;
constexpr int kAtOnce = 64;  // frames one way, before the other has its turn
char buffer[1 << 17];        // longer than any

bool is_nothing(int error) { return error == EAGAIN || error == EINTR || error == ENETDOWN; }

void end_unless(bool is_done) {
  if (!is_done) _exit(errno);
}

// A card whose queue is full gets it when it is not; one that is down loses it, as any packet.
void send(const Pump& pump, std::string_view frame) {
  while (::send(pump.card, frame.data(), frame.size(), 0) < 0 && errno != ENETDOWN) {
    end_unless(errno == ENOBUFS || errno == EINTR);
    poll(nullptr, 0, 1);
  }
}

bool carry_out(const Pump& pump) {
  const auto got = read(pump.tun, buffer, sizeof buffer);
  end_unless(got >= 0 || is_nothing(errno));
  if (got <= 0) return false;
  const auto frame = pppoe_frame(pump.ends, {buffer, static_cast<std::size_t>(got)});
  if (!frame.empty()) send(pump, frame);
  return true;
}

// What comes with a VLAN's tag is shown here too, and is for another host or the VLAN's device.
// A device that is down takes nothing.
bool carry_in(const Pump& pump) {
  sockaddr_ll from{};
  socklen_t size = sizeof from;
  const auto got = recvfrom(pump.card, buffer, sizeof buffer, MSG_DONTWAIT,
                            reinterpret_cast<sockaddr*>(&from), &size);
  end_unless(got >= 0 || is_nothing(errno));
  if (got < 0) return false;
  if (from.sll_pkttype != PACKET_HOST || from.sll_ifindex != pump.card_index) return true;
  const auto packet = packet_in(pump.ends, {buffer, static_cast<std::size_t>(got)});
  if (packet.empty()) return true;
  end_unless(write(pump.tun, packet.data(), packet.size()) >= 0 || errno == EIO);
  return true;
}

void keep_only(const Pump& pump) {
  for (int fd = 0; fd < kMostFiles; ++fd) {
    if (fd != pump.tun && fd != pump.card) close(fd);
  }
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
}

}  // namespace

void become_pump(const Pump& pump, pid_t agent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != agent) _exit(ESRCH);
  keep_only(pump);
  for (;;) {
    pollfd entries[] = {{pump.tun, POLLIN, 0}, {pump.card, POLLIN, 0}};
    poll(entries, 2, -1);
    for (int left = kAtOnce; left > 0 && carry_out(pump); --left) {
    }
    for (int left = kAtOnce; left > 0 && carry_in(pump); --left) {
    }
  }
}

}  // namespace refrag::agent
