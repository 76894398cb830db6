// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/guest_end.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"

namespace refrag::testbed {

using virt::DomainState;

std::string name_of(Side side) { return side == Side::a ? "guest a" : "guest b"; }

std::string GuestEnd::port(base::Deadline deadline) const {
  return domain_ ? fmt::format("vif{}.0", domain_->id(deadline)) : std::string();
}

const guest::Hello& GuestEnd::greet(base::Deadline deadline) {
  return hello_ = agent_.hello(deadline);
}

std::string GuestEnd::mac() const {
  const auto found = std::ranges::find(hello_.cards, card, &guest::Card::name);
  return found == hello_.cards.end() ? std::string() : found->mac;
}

// The card first: a VLAN's MTU cannot be larger. Another MTU is another one for all.
void GuestEnd::prepare(const Path& path, int mtu, base::Deadline deadline) {
  const auto address = path.address_with_prefix(side_);
  if (mtu == mtu_ && ready_.contains(address)) return;
  if (mtu != mtu_) {
    ready_.clear();
    if (!path.is_bare()) agent_.set_link({.device = card, .mtu = mtu}, deadline);
    mtu_ = mtu;
  }
  for (std::size_t i = 0; i < path.tags.size(); ++i) {
    if (i > 0) agent_.set_link({.device = path.devices[i], .mtu = mtu}, deadline);
    make_vlan(path, i, deadline);
  }
  if (path.session) make_session(path, deadline);
  agent_.set_link({.device = path.device(), .mtu = mtu - path.room(), .address = address},
                  deadline);
  ready_.emplace(address, path.device());
  closed_.erase(path.device());
}

void GuestEnd::close(const Path& path, base::Deadline deadline) {
  const auto& device = path.device();
  if (!devices(deadline).contains(device) || !closed_.insert(device).second) return;
  agent_.set_link({.device = device, .up = false}, deadline);
  std::erase_if(ready_, [&](const auto& each) { return each.second == device; });
}

// A device that is there already was made by an earlier program on this testbed.
std::set<std::string>& GuestEnd::devices(base::Deadline deadline) {
  if (!devices_) {
    devices_.emplace();
    for (const auto& link : agent_.links(deadline)) devices_->insert(link.name);
  }
  return *devices_;
}

void GuestEnd::make_vlan(const Path& path, std::size_t tag, base::Deadline deadline) {
  const auto& device = path.devices[tag + 1];
  if (!devices(deadline).insert(device).second) return;
  const auto control = path.tags[tag].control;
  agent_.add_vlan({.parent = path.devices[tag],
                   .device = device,
                   .id = control & 0x0fff,
                   .is_service = path.tags[tag].type == packet::ether_type::service_vlan,
                   .priority = control >> 13},
                  deadline);
}

void GuestEnd::make_session(const Path& path, base::Deadline deadline) {
  if (!devices(deadline).insert(path.device()).second) return;
  agent_.add_session(
      {.parent = card, .device = path.device(), .peer = peer_mac_, .id = *path.session}, deadline);
}

// What has none is as it was found.
void GuestEnd::set_offloads(const std::string& value, base::Deadline deadline) {
  if (offloads_ == value) return;
  offloads_.clear();
  const auto is = agent_.set_offloads(card, value, deadline);
  if (is != value && !(is.empty() && value == "1")) {
    throw base::Error(base::Fault::lab, fmt::format("{}: the offloads of {} are \"{}\" and not {}",
                                                    name_of(side_), card, is, value));
  }
  offloads_ = value;
}

void GuestEnd::check(base::Deadline deadline) {
  agent_.conversation().look();
  const auto state = state_of_domain(deadline);
  if (state == DomainState::running) return;
  const auto how =
      state == DomainState::crashed ? guest::Lost::How::crashed : guest::Lost::How::ended;
  throw guest::Lost(how, fmt::format("{}: {}", name_of(side_), words_for(state)),
                    agent_.conversation().console_tail());
}

std::string GuestEnd::trouble(base::Deadline deadline) const {
  const auto state = state_of_domain(deadline);
  return state == DomainState::running ? std::string() : words_for(state);
}

DomainState GuestEnd::state_of_domain(base::Deadline deadline) const {
  return domain_ ? domain_->state(deadline) : DomainState::running;
}

std::string GuestEnd::words_for(DomainState state) const {
  return fmt::format("{} is {}", domain_->name(), to_string(state));
}

}  // namespace refrag::testbed
