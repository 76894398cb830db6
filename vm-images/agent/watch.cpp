// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/watch.hpp"

#include <algorithm>

#include <poll.h>

namespace refrag::agent {

Problem Watch::begin(const protocol::WatchRequest& request) {
  tally_.emplace(request.ident, request.seed, request.count, request.sizes);
  socket_ = {};
  if (auto failed = socket_.open(EchoType::request); !failed.empty()) return failed;
  return socket_.aim(request.from, request.device);
}

void Watch::serve() {
  if (!tally_) return;
  while (const auto echo = socket_.receive()) tally_->note(*echo);
}

std::vector<protocol::SeenSize> Watch::seen() {
  std::vector<protocol::SeenSize> rows;
  serve();
  for (std::size_t i = 0; tally_ && i < tally_->sizes().size(); ++i) {
    const auto& entry = tally_->entries()[i];
    rows.push_back({tally_->sizes()[i], entry.good, entry.wrong_length, entry.wrong_payload,
                    entry.duplicates});
  }
  return rows;
}

bool Watch::wait_readable(int fd, Micros time) {
  const Micros until = now() + time;
  for (;;) {
    pollfd entries[] = {{fd, POLLIN, 0}, {socket_.fd(), POLLIN, 0}};
    const Micros left = std::max<Micros>(until - now(), 0);
    const int came = poll(entries, 2, static_cast<int>((left + 999) / 1000));
    if (entries[1].revents) serve();
    if (entries[0].revents) return true;
    if (came == 0) return false;
  }
}

}  // namespace refrag::agent
