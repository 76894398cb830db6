// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/watch.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>

namespace refrag::agent {
namespace {

bool is_full(int error) { return error == EAGAIN || error == ENOBUFS; }

}  // namespace

bool Watch::let_kernel_answer(bool on) const {
  constexpr auto *ipv4 = "/proc/sys/net/ipv4/icmp_echo_ignore_all",
                 *ipv6 = "/proc/sys/net/ipv6/icmp/echo_ignore_all";
  return write_file(is_ipv6_ ? ipv6 : ipv4, on ? "0" : "1");
}

Problem Watch::begin(const protocol::WatchRequest& request) {
  tally_.emplace(request.ident, request.seed, request.count, request.sizes);
  socket_ = {};
  answers_.clear();
  failed_.clear();
  auto failed = socket_.open(EchoType::request, request.from, request.device, request.udp);
  if (!failed.empty()) return failed;
  is_ipv6_ = request.from.find(':') != request.from.npos;
  if (!let_kernel_answer(false)) return problem("keeping the kernel from answering");
  return {};
}

// What a kernel would not answer is not answered.
void Watch::serve() {
  if (!tally_) return;
  give_answers();
  while (const auto echo = socket_.receive()) {
    tally_->note(*echo);
    if (!echo->checksum_ok) continue;
    answers_.push_back({echo->ident, echo->sequence, std::string(echo->payload)});
    give_answers();
  }
}

void Watch::give_answers() {
  for (; !answers_.empty(); answers_.pop_front()) {
    const auto& answer = answers_.front();
    const int error = socket_.send(answer.ident, answer.sequence, answer.payload);
    if (is_full(error)) return;
    if (error != 0) failed_ = problem("answering an echo", error);
  }
}

std::variant<std::vector<protocol::SeenSize>, Problem> Watch::end() {
  serve();
  let_kernel_answer(true);
  if (!failed_.empty()) return failed_;
  std::vector<protocol::SeenSize> rows;
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
    const auto wanted = static_cast<short>(answers_.empty() ? POLLIN : POLLIN | POLLOUT);
    pollfd entries[] = {{fd, POLLIN, 0}, {socket_.fd(), wanted, 0}};
    const Micros left = std::max<Micros>(until - now(), 0);
    const int came = poll(entries, 2, static_cast<int>((left + 999) / 1000));
    if (entries[1].revents) serve();
    if (entries[0].revents) return true;
    if (came == 0) return false;
  }
}

}  // namespace refrag::agent
