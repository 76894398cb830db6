// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/session.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm-images/agent/pump.hpp"
#include "vm-images/boot/modules.hpp"

namespace refrag::agent {
namespace {

constexpr auto kTun = "/dev/net/tun", kTunModule = "/modules/tun.ko";
constexpr auto kModules = "/etc/modules.later";  // those that a boot does not wait for
constexpr int kBuffer = 8 << 20;                 // holds a whole sweep, as every socket's of ours
constexpr int kQueue = 10000;  // packets, that the kernel may be ahead of the pump

ifreq request_for(const std::string& device) {
  ifreq request{};
  device.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

// A kernel without devtmpfs makes no nodes.
Fd open_tun(bool may_load) {
  constexpr int flags = O_RDWR | O_NONBLOCK | O_CLOEXEC;
  Fd tun(open(kTun, flags));
  if (tun || !may_load) return tun;
  boot::load_modules(kModules, nullptr);
  mkdir("/dev/net", 0755);
  mknod(kTun, S_IFCHR | 0600, makedev(10, 200));
  return Fd(open(kTun, flags));
}

// The kernel would take "" and "x%d" for patterns.
Problem make_device(const Fd& tun, const std::string& device) {
  if (device.empty() || device.size() >= IFNAMSIZ || device.find('%') != device.npos) {
    return "no name of a device: " + device;
  }
  auto request = request_for(device);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(tun.get(), TUNSETIFF, &request) != 0) return problem("making " + device);
  const Fd control(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  auto queue = request_for(device);
  queue.ifr_qlen = kQueue;
  return ioctl(control.get(), SIOCSIFTXQLEN, &queue) == 0
             ? Problem()
             : problem("setting the queue of " + device);
}

Problem listen_at(Fd& card, const SessionPlan& plan, PppoeEnds& ends, int index) {
  card = Fd(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (!card) return problem("opening a packet socket");
  auto request = request_for(plan.parent);
  if (ioctl(card.get(), SIOCGIFHWADDR, &request) != 0) {
    return problem("asking for the address of " + plan.parent);
  }
  std::copy_n(reinterpret_cast<const std::uint8_t*>(request.ifr_hwaddr.sa_data), ends.own.size(),
              ends.own.begin());
  if (setsockopt(card.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof kBuffer) != 0) {
    return problem("making room for the frames of " + plan.parent);
  }
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(kPppoeType);
  address.sll_ifindex = index;
  return bind(card.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0
             ? Problem()
             : problem("listening on " + plan.parent);
}

}  // namespace

bool may_have_sessions() { return access(kTun, F_OK) == 0 || access(kTunModule, F_OK) == 0; }

Child::~Child() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<int> Child::ended() {
  int status = 0;
  if (pid_ <= 0 || waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = 0;
  return status;
}

Problem Session::open(const SessionPlan& plan) {
  device_ = plan.device;
  PppoeEnds ends{.own = {}, .peer = plan.peer, .id = plan.id};
  const int index = static_cast<int>(if_nametoindex(plan.parent.c_str()));
  if (index == 0) return "no such device: " + plan.parent;
  const Fd tun = open_tun(plan.may_load);
  if (!tun) return problem(std::string("opening ") + kTun);
  if (auto failed = listen_at(card_, plan, ends, index); !failed.empty()) return failed;
  if (auto failed = make_device(tun, plan.device); !failed.empty()) return failed;
  return fork_pump(tun, ends, index);
}

// From here on the device is the pump's alone, and gone when that is.
Problem Session::fork_pump(const Fd& tun, const PppoeEnds& ends, int card_index) {
  const pid_t agent = getpid();
  const pid_t pump = fork();
  if (pump == 0) become_pump({tun.get(), card_.get(), card_index, ends}, agent);
  pump_ = Child(pump);
  return pump_.is_there() ? Problem() : problem("starting the pump of " + device_);
}

Problem Session::trouble(Links& links) {
  if (const auto status = pump_.ended()) {
    ended_ = strerror(WIFEXITED(*status) ? WEXITSTATUS(*status) : EINTR);
  }
  if (!pump_.is_there()) return "the pump of " + device_ + " ended: " + ended_;
  tpacket_stats counts{};
  socklen_t size = sizeof counts;
  getsockopt(card_.get(), SOL_PACKET, PACKET_STATISTICS, &counts, &size);
  const auto link = links.find(device_);
  const auto known = std::exchange(dropped_, link ? link->dropped : dropped_);
  const auto lost = counts.tp_drops + dropped_ - known;
  return lost == 0 ? Problem() : device_ + " had no room for " + std::to_string(lost) + " packets";
}

Problem Sessions::add(const SessionPlan& plan) {
  remove(plan.device);
  Session session;
  auto failed = session.open(plan);
  if (failed.empty()) sessions_.push_back(std::move(session));
  return failed;
}

bool Sessions::remove(const std::string& device) {
  return std::erase_if(sessions_, [&](const auto& each) { return each.device() == device; }) > 0;
}

Problem Sessions::trouble(Links& links) {
  Problem first;
  for (auto& session : sessions_) {
    auto failed = session.trouble(links);
    if (first.empty()) first = std::move(failed);
  }
  std::erase_if(sessions_, [](const auto& each) { return each.has_ended(); });
  return first;
}

}  // namespace refrag::agent
