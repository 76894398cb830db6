// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_range.hpp"

#include <random>

#include <poll.h>

#include "framework/base/stop.hpp"

namespace refrag::testbed {

using base::Deadline;
using base::milliseconds;
using verdict::Outcome;

namespace {

constexpr packet::Mac mac_a = {{0x02, 0x72, 0x66, 0, 0, 0x0a}};
constexpr packet::Mac mac_b = {{0x02, 0x72, 0x66, 0, 0, 0x0b}};
constexpr std::uint16_t experimental = 0x88b5;  // IEEE 802's type for whom it concerns
constexpr std::size_t session_at = packet::ethernet_header, number_at = session_at + 4;
constexpr auto retry = milliseconds(500);     // a canary that got lost itself
constexpr auto patience = base::seconds(20);  // a machine that is emulated beside other work

bool is_canary(packet::View frame, std::uint32_t session) {
  return frame.size() >= number_at + 4 && packet::load16(frame, session_at - 2) == experimental &&
         packet::load32(frame, session_at) == session;
}

}  // namespace

WireRange::WireRange(const WireAddress& address, Deadline deadline)
    : commands_(address.commands, address.console, deadline),
      ports_{Port{WireLink::connect(address.a, deadline), mac_a, mac_b},
             Port{WireLink::connect(address.b, deadline), mac_b, mac_a}},
      window_(static_cast<std::size_t>(address.window) / 2),
      session_(std::random_device()()) {
  for (auto& each : ports_) send_canary(each);
  await_canaries(deadline);
}

Taps WireRange::shoot(const std::vector<Shot>& shots, Deadline deadline) {
  for (auto& each : ports_) each.capture.keep_last(0);
  std::size_t under_way = 0;
  for (const auto& shot : shots) {
    send(port(shot.from), shot.frame);
    if (++under_way < window_) continue;
    for (auto& each : ports_) send_canary(each);
    await_canaries(deadline);
    under_way = 0;
  }
  for (auto& each : ports_) send_canary(each);
  await_canaries(deadline);
  return {.ports = {ports_[0].capture.tap("card a"), ports_[1].capture.tap("card b")},
          .hosts = {wire_card_a, wire_card_b},
          .from = std::chrono::nanoseconds::min(),
          .since = std::chrono::system_clock::now().time_since_epoch() -
                   base::Clock::now().time_since_epoch()};
}

void WireRange::send(Port& port, packet::View frame) {
  if (!port.link.send(frame)) throw commands_.lost(Outcome::hung, "the machine reads no frames");
  port.capture.add(packet::Way::into_bridge, frame, base::Clock::now());
  port.link.flush();
}

void WireRange::send_canary(Port& port) {
  packet::Bytes frame;
  packet::append_link(frame, {.to = port.peer, .from = port.mac, .type = experimental}, 0);
  packet::append32(frame, session_);
  packet::append32(frame, ++port.sent);
  packet::pad_ethernet(frame);
  if (!port.link.send(frame)) throw commands_.lost(Outcome::hung, "the machine reads no frames");
}

void WireRange::await_canaries(Deadline deadline) {
  const auto end = deadline.sooner(patience);
  auto again = Deadline::in(retry);
  for (;;) {
    bool all_back = true;
    for (auto& each : ports_) {
      if (each.link.is_broken()) {
        throw commands_.lost(Outcome::broken, "the machine is gone: " + each.link.problem());
      }
      all_back &= each.back == each.sent;
    }
    if (all_back) return;
    if (end.expired()) throw commands_.lost(Outcome::hung, "the bridge carries nothing any more");
    if (again.expired()) {
      for (auto& each : ports_) send_canary(each);
      again = Deadline::in(retry);
    }
    serve(end.sooner(again));
  }
}

void WireRange::serve(Deadline deadline) {
  base::throw_if_stopped();
  std::array<pollfd, 3> fds = {{{}, {}, {base::stop_fd(), POLLIN, 0}}};
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    ports_[i].link.flush();
    const int events = POLLIN | (ports_[i].link.wants_to_write() ? POLLOUT : 0);
    fds[i] = {ports_[i].link.fd(), static_cast<short>(events), 0};
  }
  ::poll(fds.data(), fds.size(), static_cast<int>(deadline.remaining().count()));
  base::throw_if_stopped();
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    ports_[i].link.receive([&](packet::View frame) { take(i, frame); });
  }
}

// A canary that comes out is one that entered at the other port.
void WireRange::take(std::size_t at, packet::View frame) {
  if (is_canary(frame, session_)) {
    ports_[1 - at].back = packet::load32(frame, number_at);
  } else {
    ports_[at].capture.add(packet::Way::out_of_bridge, frame, base::Clock::now());
  }
}

}  // namespace refrag::testbed
