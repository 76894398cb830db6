// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/xen.hpp"

#include <future>
#include <optional>

#include <fmt/format.h>

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
        knobs_(shell_),
        found_(knobs_.read(HostLog::script, deadline)),
        log_(found_.said),
        guests_(guests.get()) {
    is_disposable_ = address.is_disposable;
  }

  const Facts& facts() const override { return facts_; }

  verdict::HostState set_knobs(const verdict::Knobs& knobs, Deadline deadline) override {
    if (knobs.empty()) return knobs_.read({}, deadline).state;
    if (!is_disposable_ && !put_back_) put_back_.emplace(knobs_, found_.state.knobs);
    return knobs_.set(knobs, deadline);
  }

  std::string warm(const Traffic& traffic, Deadline deadline) override {
    return guests_.warm(traffic, deadline);
  }

  std::vector<verdict::EchoEvidence> sweep(const Traffic& traffic, Deadline deadline) override {
    return guests_.sweep(traffic, deadline);
  }

  // Host and guests are asked at the same time.
  Aftermath aftermath(Deadline deadline) override {
    auto host =
        std::async(std::launch::async, [&] { return knobs_.read(HostLog::script, deadline); });
    auto messages = guests_.kernel_messages(deadline);
    const auto reading = host.get();
    for (const auto& line : log_.fresh(reading.said)) messages.push_back("host: " + line);
    return {reading.state, std::move(messages)};
  }

 private:
  Facts facts_;
  host::Shell shell_;
  host::HostKnobs knobs_;
  host::Reading found_;
  bool is_disposable_ = false;
  std::optional<host::KnobGuard> put_back_;  // from the first knob on that is set
  HostLog log_;
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
  GuestPair guests(attach_one(Side::a), attach_one(Side::b), address.facts.mtu, address.networks);
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
