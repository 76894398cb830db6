// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/boot/mounts.hpp"

#include <cstring>
#include <initializer_list>

#include <arpa/inet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace refrag::boot {
namespace {

ifreq request_for(const char* card) {
  ifreq request{};
  std::strncpy(request.ifr_name, card, IFNAMSIZ - 1);
  return request;
}

void set_address(int socket, const char* card, unsigned long what, const char* address) {
  ifreq request = request_for(card);
  sockaddr_in value{};
  value.sin_family = AF_INET;
  inet_pton(AF_INET, address, &value.sin_addr);
  std::memcpy(&request.ifr_addr, &value, sizeof value);
  ioctl(socket, what, &request);
}

void set_up(int socket, const char* card) {
  ifreq request = request_for(card);
  request.ifr_flags = IFF_UP;
  ioctl(socket, SIOCSIFFLAGS, &request);
}

}  // namespace

void mount_kernel_file_systems() {
  for (const char* place : {"/dev", "/proc", "/sys"}) mkdir(place, 0755);
  mount("dev", "/dev", "devtmpfs", MS_NOSUID, nullptr);
  mkdir("/dev/pts", 0755);
  mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "mode=0620,gid=5");
  mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  mount("sys", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  // For what the kernel tells of dropped packets; before Linux 4.1 it is in debugfs.
  if (mount("trace", "/sys/kernel/tracing", "tracefs", 0, nullptr) != 0) {
    mount("debug", "/sys/kernel/debug", "debugfs", 0, nullptr);
  }
}

bool mount_xenfs() { return mount("xenfs", "/proc/xen", "xenfs", 0, nullptr) == 0; }

void configure_network() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  set_up(socket, "lo");
  set_address(socket, "eth0", SIOCSIFADDR, "10.0.2.15");
  set_address(socket, "eth0", SIOCSIFNETMASK, "255.255.255.0");
  set_up(socket, "eth0");
  close(socket);
}

}  // namespace refrag::boot
