// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/xen.hpp"

#include <future>

#include <fmt/format.h>

#include "framework/host/counters.hpp"
#include "framework/host/knobs.hpp"
#include "framework/testbed/console_log.hpp"
#include "framework/testbed/guest_pair.hpp"
#include "framework/testbed/host_log.hpp"
#include "framework/testbed/xen_guests.hpp"

namespace refrag::testbed {

using base::Deadline;

namespace {

class XenTestbed : public Testbed {
 public:
  XenTestbed(const XenAddress& address, std::future<GuestPair> guests, Deadline deadline)
      : facts_(address.facts),
        shell_(address.shell),
        knobs_(shell_, deadline),
        log_(shell_, deadline),
        guests_(guests.get()) {}

  const Facts& facts() const override { return facts_; }

  verdict::Knobs set_knobs(const verdict::Knobs& knobs, Deadline deadline) override {
    namespace knob = verdict::knob;
    const auto rule = knobs.find(knob::conntrack_rule);
    const bool is_there = rule != knobs.end() && last_read_.contains(knob::conntrack_rule) &&
                          last_read_.at(std::string(knob::conntrack_rule)) == rule->second;
    last_read_ = is_there ? host::set_sysctls(shell_, knobs, deadline)
                          : host::set_knobs(shell_, knobs, deadline);
    return last_read_;
  }

  verdict::Knobs read_knobs(Deadline deadline) override {
    last_read_ = host::read_knobs(shell_, deadline);
    return last_read_;
  }

  verdict::Counters counters(Deadline deadline) override {
    return host::read_counters(shell_, deadline);
  }

  std::string warm(const Traffic& traffic, Deadline deadline) override {
    return guests_.warm(traffic, deadline);
  }

  std::vector<verdict::EchoEvidence> sweep(const Traffic& traffic, Deadline deadline) override {
    return guests_.sweep(traffic, deadline);
  }

  std::vector<std::string> kernel_messages(Deadline deadline) override {
    auto messages = guests_.kernel_messages(deadline);
    for (const auto& line : log_.fresh(deadline)) messages.push_back("host: " + line);
    return messages;
  }

 private:
  Facts facts_;
  host::Shell shell_;
  host::KnobGuard knobs_;  // puts back what it found
  HostLog log_;
  verdict::Knobs last_read_;  // the rule is read after every sweep, so before the next it is known
  GuestPair guests_;
};

std::unique_ptr<GuestEnd> attach_to(const virt::Connection& connection, const XenAddress& address,
                                    Side side, Deadline deadline) {
  const std::size_t index = side == Side::a ? 0 : 1;
  auto domain = virt::Domain::find(connection, address.guests[index], deadline);
  if (!domain) {
    const auto what = fmt::format("{} is gone: {} has no domain {}", name_of(side),
                                  connection.uri(), address.guests[index]);
    throw Lost(verdict::Outcome::broken, what, {});
  }
  auto console = console_of(*domain, deadline);
  return std::make_unique<GuestEnd>(side, std::move(console), ConsoleLog(address.logs[index]),
                                    std::move(domain));
}

GuestPair attach_to_both(const XenAddress& address, Deadline deadline) {
  const auto connection = virt::Connection::open(address.libvirt, deadline);
  const auto attach_one = [&](Side side) { return attach_to(connection, address, side, deadline); };
  GuestPair guests(attach_one(Side::a), attach_one(Side::b), address.facts.mtu);
  guests.greet(deadline);
  return guests;
}

}  // namespace

// Host and guests at the same time: a round trip to an emulated host is a tenth of a second.
std::unique_ptr<Testbed> attach_xen(const XenAddress& address, Deadline deadline) {
  auto guests = std::async(std::launch::async, [&] { return attach_to_both(address, deadline); });
  return std::make_unique<XenTestbed>(address, std::move(guests), deadline);
}

}  // namespace refrag::testbed
