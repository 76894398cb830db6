// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/console.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

namespace refrag::agent {

Console::Console(int in, int out) : in_(in), out_(out) {
  fcntl(out_, F_SETFL, fcntl(out_, F_GETFL) | O_NONBLOCK);
}

void Console::make_raw() {
  termios settings{};
  if (tcgetattr(in_, &settings) != 0) return;
  settings.c_iflag = IGNBRK;
  settings.c_oflag = 0;
  settings.c_lflag = 0;
  settings.c_cflag |= CREAD | CLOCAL;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  tcsetattr(in_, TCSANOW, &settings);
}

bool Console::write(std::string_view text) {
  const Micros until = now() + kWriteBound;
  while (!text.empty()) {
    const auto put = ::write(out_, text.data(), text.size());
    if (put > 0) {
      text.remove_prefix(static_cast<std::size_t>(put));
      continue;
    }
    const bool again = put == 0 || errno == EAGAIN || errno == EINTR;
    if (!again || now() >= until) return false;
    wait_writable(out_, until - now());
  }
  return true;
}

void Console::say(const protocol::Message& message) {
  write(protocol::encode(protocol::Direction::reply, message));
}

void Console::drain(Micros time) {
  const Micros until = now() + time;
  const timespec pause{0, 5'000'000};
  for (int left = 0; ioctl(out_, TIOCOUTQ, &left) == 0 && left > 0 && now() < until;) {
    nanosleep(&pause, nullptr);
  }
}

std::vector<protocol::Message> Console::read(Micros time, Watch& watch) {
  std::vector<protocol::Message> requests;
  if (!watch.wait_readable(in_, time)) return requests;
  at_end_ = false;
  char buffer[4096];
  const auto got = ::read(in_, buffer, sizeof buffer);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) at_end_ = true;
  if (got <= 0) return requests;
  for (auto& event : receiver_.feed({buffer, static_cast<std::size_t>(got)})) {
    if (event.kind == protocol::Event::Kind::message) requests.push_back(std::move(event.message));
  }
  return requests;
}

}  // namespace refrag::agent
