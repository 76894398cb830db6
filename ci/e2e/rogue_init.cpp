// SPDX-License-Identifier: GPL-2.0-or-later
// The init of a wire machine whose cards misbehave while the rest of it does what it should: a
// child does the harm once some frames have come in, this process becomes the real init. Behind the
// program in its file are that init and 32 bytes: the harm (deaf, flood or long), and the init's
// size in 24 digits.
#include <cstdlib>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr int before = 30;  // frames, that are carried as they should be
constexpr off_t harm_size = 8, size_size = 24;
constexpr int longest = 50000;  // bytes, of a card with an MTU of 1500
char frame[longest] = "\xff\xff\xff\xff\xff\xff\x02rogue\x88\xb5";

ifreq request(const char* card) {
  ifreq result = {};
  strcpy(result.ifr_name, card);
  return result;
}

void stop_reading(int socket, const char* card) {
  auto asked = request(card);
  ioctl(socket, SIOCGIFFLAGS, &asked);
  asked.ifr_flags &= ~IFF_UP;
  ioctl(socket, SIOCSIFFLAGS, &asked);
}

void allow_long_frames(int socket, const char* card) {
  auto asked = request(card);
  asked.ifr_mtu = longest;
  ioctl(socket, SIOCSIFMTU, &asked);
}

void send(int socket, const char* card, std::size_t size) {
  auto asked = request(card);
  ioctl(socket, SIOCGIFINDEX, &asked);
  sockaddr_ll to = {};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = asked.ifr_ifindex;
  sendto(socket, frame, size, 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
}

void misbehave(const std::string& harm) {
  const int packets = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  char seen[ETH_FRAME_LEN];
  for (int i = 0; i < before; ++i) recv(packets, seen, sizeof seen, 0);
  for (const char* card : {"eth0", "eth1"}) {
    if (harm == "deaf") stop_reading(packets, card);
    if (harm == "long") allow_long_frames(packets, card);
  }
  const bool is_long = harm == "long";
  while (harm != "deaf") {
    for (const char* card : {"eth0", "eth1"}) send(packets, card, is_long ? longest : 1500);
    usleep(is_long ? 30'000 : 300);
  }
}

}  // namespace

int main(int, char** argv) {
  const int self = open("/init", O_RDONLY);
  char trailer[harm_size + size_size + 1] = {};
  off_t at = lseek(self, -(harm_size + size_size), SEEK_END);
  if (read(self, trailer, sizeof trailer - 1) < 0) return 1;
  if (fork() == 0) {
    misbehave(std::string(trailer, strcspn(trailer, " ")));
    for (;;) pause();
  }
  const int real = open("/real", O_WRONLY | O_CREAT, 0755);
  auto left = static_cast<std::size_t>(atoll(trailer + harm_size));
  at -= static_cast<off_t>(left);
  while (left > 0) {
    const auto done = sendfile(real, self, &at, left);
    if (done <= 0) return 1;
    left -= static_cast<std::size_t>(done);
  }
  close(real);
  execv("/real", argv);
  return 1;
}
