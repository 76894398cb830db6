// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/devices.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>

namespace refrag::wire {
namespace {

constexpr const char* kCommandPort = "/dev/ttyS1";

// Documentation/admin-guide/devices.txt.
struct Node {
  const char* path;
  unsigned major, minor;
};
constexpr Node kNodes[] = {
    {"/dev/null", 1, 3}, {"/dev/kmsg", 1, 11}, {"/dev/ttyS0", 4, 64}, {"/dev/ttyS1", 4, 65}};

}  // namespace

void make_device_nodes() {
  for (const auto& node : kNodes) {
    mknod(node.path, S_IFCHR | 0600, makedev(node.major, node.minor));
  }
}

agent::Fd open_command_port() {
  agent::Fd port(open(kCommandPort, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  termios settings{};
  if (!port || tcgetattr(port.get(), &settings) != 0) return port;
  // The end of a burst is handed over after four characters' time: 4 ms at the usual 9600.
  cfsetispeed(&settings, B115200);
  cfsetospeed(&settings, B115200);
  tcsetattr(port.get(), TCSANOW, &settings);
  return port;
}

}  // namespace refrag::wire
