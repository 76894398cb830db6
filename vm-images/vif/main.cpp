// SPDX-License-Identifier: GPL-2.0-or-later
// Plugs a guest's card into its bridge: the lab's /etc/xen/scripts/refrag-vif, which libxl runs as
// `refrag-vif online` with $vif and $XENBUS_PATH set. Does what Xen's own vif-bridge does for us,
// without the dozens of processes that cost seconds under emulation. It asks the store by its
// socket (xen/include/public/io/xs_wire.h: a header of four numbers, then the path and what is
// written).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

constexpr const char* store_socket = "/run/xenstored/socket";

struct Header {
  std::uint32_t type, request, transaction, length;
};
enum : std::uint32_t { xs_read = 2, xs_write = 11 };

struct Text {
  char bytes[4096] = {};  // the longest payload there is
  std::uint32_t length = 0;
};

bool send_all(int to, const void* data, std::size_t size) {
  return write(to, data, size) == static_cast<ssize_t>(size);
}

bool receive_all(int from, void* data, std::size_t size) {
  return recv(from, data, size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

// An answer of another type is an error's.
bool ask(int store, std::uint32_t type, const Text& payload, Text& answer) {
  Header header{type, 0, 0, payload.length};
  if (!send_all(store, &header, sizeof header)) return false;
  if (!send_all(store, payload.bytes, payload.length)) return false;
  if (!receive_all(store, &header, sizeof header)) return false;
  if (header.type != type || header.length >= sizeof answer.bytes) return false;
  answer.length = header.length;
  answer.bytes[answer.length] = '\0';
  return receive_all(store, answer.bytes, answer.length);
}

// A path ends with a zero byte, what is written does not.
Text text_of(const char* folder, const char* name, const char* value = "") {
  Text text;
  const auto room = sizeof text.bytes;
  const int path = std::snprintf(text.bytes, room, "%s/%s", folder, name) + 1;
  const int all = path + std::snprintf(text.bytes + path, room - path, "%s", value);
  text.length = static_cast<std::uint32_t>(all);
  return text;
}

int open_store() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, store_socket);
  const int store = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_open = connect(store, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  return is_open ? store : -1;
}

bool plug(const char* card, const char* bridge) {
  const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq port{}, link{};
  std::strncpy(port.ifr_name, bridge, IFNAMSIZ - 1);
  std::strncpy(link.ifr_name, card, IFNAMSIZ - 1);
  port.ifr_ifindex = static_cast<int>(if_nametoindex(card));
  if (ioctl(control, SIOCBRADDIF, &port) != 0) return false;
  if (ioctl(control, SIOCGIFFLAGS, &link) != 0) return false;
  link.ifr_flags |= IFF_UP;
  return ioctl(control, SIOCSIFFLAGS, &link) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || std::strcmp(argv[1], "online") != 0) return 0;
  const char* const card = std::getenv("vif");
  const char* const folder = std::getenv("XENBUS_PATH");
  const int store = open_store();
  if (!card || !folder || std::strlen(folder) > 256 || store < 0) return 1;
  Text bridge, answer;
  const bool is_plugged =
      ask(store, xs_read, text_of(folder, "bridge"), bridge) && plug(card, bridge.bytes);
  const auto status = text_of(folder, "hotplug-status", is_plugged ? "connected" : "error");
  return ask(store, xs_write, status, answer) ? 0 : 1;
}
