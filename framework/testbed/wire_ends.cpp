// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_ends.hpp"

#include <poll.h>

#include "framework/base/stop.hpp"
#include "framework/base/unix_socket.hpp"

namespace refrag::testbed {
namespace {

constexpr auto longest_wait = base::milliseconds(5);

pollfd polled(const WireLink& link) {
  const int events = POLLIN | (link.wants_to_write() ? POLLOUT : 0);
  return {link.fd(), static_cast<short>(events), 0};
}

}  // namespace

WireEnds::End::End(WireLink cable) : link(std::move(cable)) {}

bool WireEnds::End::send(packet::View frame) {
  if (!link.send(frame)) return false;
  capture.add(packet::Way::into_bridge, frame, base::Clock::now());
  return true;
}

void WireEnds::End::receive(Time now) {
  link.receive([this, now](packet::View frame) {
    capture.add(packet::Way::out_of_bridge, frame, base::Clock::now());
    deliver(frame, now);
  });
}

// To whom it is addressed; the first hears what nobody is meant by, and takes note of it.
void WireEnds::End::deliver(packet::View frame, Time now) {
  const auto parsed = packet::parse_link(frame);
  for (std::size_t i = 1; parsed && i < endpoints.size(); ++i) {
    const bool is_meant = parsed->link.to == endpoints[i]->mac();
    if (is_meant || parsed->link.to.is_group()) endpoints[i]->take(frame, now);
    if (is_meant) return;
  }
  endpoints.front()->take(frame, now);
}

WireEnds::WireEnds(WireLink a, WireLink b)
    : a_(std::move(a)), b_(std::move(b)), clock_(base::listener_of(a_.link.fd())) {
  for (const auto side : {Side::a, Side::b}) endpoint(side);
}

// Locally administered addresses.
packet::Mac WireEnds::mac(Side side, std::size_t flow) {
  const auto card = static_cast<std::uint8_t>(side == Side::a ? 0x0a : 0x0b);
  return {{0x02, 0x72, 0x66, 0, static_cast<std::uint8_t>(flow), card}};
}

WireEndpoint& WireEnds::endpoint(Side side, std::size_t flow) {
  auto& end = of(side);
  while (end.endpoints.size() <= flow) {
    end.endpoints.push_back(std::make_unique<WireEndpoint>(
        mac(side, end.endpoints.size()), [&end](packet::View frame) { return end.send(frame); }));
  }
  return *end.endpoints[flow];
}

bool WireEnds::run(const std::function<bool(Time)>& step, base::Deadline deadline) {
  for (;;) {
    if (!problem().empty()) return false;
    if (step(now())) return true;
    if (deadline.expired()) return false;
    a_.link.flush();
    b_.link.flush();
    wait(deadline.sooner(longest_wait));
    a_.receive(now());
    b_.receive(now());
  }
}

void WireEnds::wait(base::Deadline deadline) {
  base::throw_if_stopped();
  std::array<pollfd, 3> fds = {polled(a_.link), polled(b_.link), {base::stop_fd(), POLLIN, 0}};
  ::poll(fds.data(), fds.size(), static_cast<int>(deadline.remaining().count()));
  base::throw_if_stopped();
}

std::string WireEnds::problem() const {
  if (a_.link.is_broken()) return "card a: " + a_.link.problem();
  if (b_.link.is_broken()) return "card b: " + b_.link.problem();
  return {};
}

}  // namespace refrag::testbed
