// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_warm.hpp"

namespace refrag::testbed {

WireWarm::WireWarm(WireEndpoint& from, packet::Ipv4Address to, std::uint16_t ident)
    : from_(from), to_(to), ident_(ident) {
  from_.listen([this](const WireEndpoint::Arrival& arrival) {
    const auto& echo = arrival.echo;
    done_ |= echo.kind == packet::EchoKind::reply && echo.ident == ident_;
  });
}

bool WireWarm::step(Time now) {
  const bool is_late = now - tried_ >= retry;
  if (!from_.neighbour(to_)) {
    if (!asked_ || is_late) {
      from_.ask_for(to_);
      asked_ = true;
      tried_ = now;
    }
  } else if (!done_ && (!sent_ || is_late)) {
    from_.send_echo(to_, {packet::EchoKind::request, ident_, 0, {}, true}, false);
    sent_ = true;
    tried_ = now;
  }
  return done_;
}

std::string WireWarm::problem() const {
  if (done_) return {};
  const auto who = packet::to_text(to_);
  return sent_ ? who + " does not answer a small echo through the bridge"
               : who + " does not answer ARP through the bridge";
}

}  // namespace refrag::testbed
