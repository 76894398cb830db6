// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/testbed/path.hpp"
#include "framework/testbed/wire_commands.hpp"
#include "framework/testbed/wire_ends.hpp"
#include "framework/testbed/wire_sweep.hpp"
#include "framework/testbed/wire_warm.hpp"

namespace refrag::testbed {

using base::Deadline;
using verdict::Outcome;

namespace {

// The machine answers its serial port; a bridge that answers no ARP by then does not forward.
constexpr auto warm_time = base::seconds(5);
// What may still be on its way when a sweep begins.
constexpr std::size_t frames_before = 256;

// KERN_NOTICE. What a kernel says of itself while it boots takes longer over a serial port than a
// sweep does; what follows is wanted whole.
constexpr int notice = 5;

Side other(Side side) { return side == Side::a ? Side::b : Side::a; }

packet::Ipv4Address address_of(const Path& path, Side side) {
  in_addr parsed = {};
  inet_pton(AF_INET, path.address(side).c_str(), &parsed);
  return {ntohl(parsed.s_addr)};
}

base::Clock::time_point time_of(Deadline deadline) {
  return base::Clock::now() + deadline.remaining();
}

class WireTestbed : public Testbed {
 public:
  WireTestbed(const WireAddress& address, Deadline deadline)
      : facts_(address.facts),
        commands_(address.commands, address.console, deadline),
        ends_(WireLink::connect(address.a, deadline), WireLink::connect(address.b, deadline)),
        window_(static_cast<std::size_t>(address.window)),
        ident_(static_cast<std::uint16_t>(std::random_device()())),
        found_(commands_.knobs({}, deadline)),
        boot_messages_(commands_.kernel_log(deadline, notice)) {}

  ~WireTestbed() override { restore(); }

  const Facts& facts() const override { return facts_; }

  verdict::HostState set_knobs(const verdict::Knobs& knobs, Deadline deadline) override {
    return {commands_.knobs(knobs, deadline), commands_.counters(deadline)};
  }

  std::string warm(const Traffic& traffic, Deadline deadline) override {
    const auto path = configure(traffic);
    const auto peer = other(traffic.from);
    WireWarm warm(ends_.endpoint(traffic.from), address_of(path, peer), ++ident_);
    const auto until = ends_.now() + warm_time;
    serve([&](auto now) { return warm.step(now) || now >= until; }, deadline);
    return warm.problem();
  }

  std::vector<verdict::EchoEvidence> sweep(const Traffic& traffic, Deadline deadline) override {
    const auto path = configure(traffic);
    const auto peer = other(traffic.from);
    for (const auto side : {Side::a, Side::b}) ends_.capture(side).keep_last(frames_before);
    swept_from_ = base::Clock::now();
    WireSweep sweep({.to = address_of(path, peer),
                     .sizes = traffic.sizes,
                     .count = traffic.count,
                     .dont_fragment = traffic.dont_fragment,
                     .ident = ++ident_,
                     .seed = ident_,
                     .window = window_},
                    ends_.endpoint(traffic.from), ends_.endpoint(peer), ends_.now(),
                    time_of(deadline));
    serve([&](auto now) { return sweep.step(now); }, deadline);
    return sweep.evidence();
  }

  Taps taps(Deadline) override {
    return {.ports = {ends_.capture(Side::a).tap("card a"), ends_.capture(Side::b).tap("card b")},
            .hosts = {wire_card_a, wire_card_b},
            .from = swept_from_.time_since_epoch(),
            .since = std::chrono::system_clock::now().time_since_epoch() -
                     base::Clock::now().time_since_epoch()};
  }

  Aftermath aftermath(Deadline deadline) override {
    verdict::HostState host{commands_.knobs({}, deadline), commands_.counters(deadline)};
    return {std::move(host), kernel_messages(deadline)};
  }

 private:
  std::vector<std::string> kernel_messages(Deadline deadline) {
    auto messages = std::exchange(boot_messages_, {});
    std::ranges::move(commands_.kernel_log(deadline), std::back_inserter(messages));
    for (auto& line : messages) line = "host: " + line;
    for (const auto side : {Side::a, Side::b}) {
      for (const auto& line : texts(ends_.endpoint(side).take_notes())) {
        messages.push_back(fmt::format("{}: {}", side == Side::a ? "a" : "b", line));
      }
    }
    return messages;
  }

  Path configure(const Traffic& traffic) {
    auto path = path_of(traffic.tag);
    const auto vlan = path.is_tagged() ? std::optional(path.vlan) : std::nullopt;
    for (const auto side : {Side::a, Side::b}) {
      ends_.endpoint(side).configure({address_of(path, side), vlan, facts_.mtu});
    }
    return path;
  }

  void serve(const std::function<bool(WireEnds::Time)>& step, Deadline deadline) {
    ends_.run(step, deadline);
    if (const auto problem = ends_.problem(); !problem.empty()) {
      throw commands_.lost(Outcome::broken, "the machine is gone: " + problem);
    }
  }

  // Another suite may come after us.
  void restore() noexcept {
    try {
      commands_.knobs(found_, Deadline::in(base::seconds(2)));
    } catch (const std::exception&) {
      // It is gone, and its knobs with it.
    }
  }

  Facts facts_;
  WireCommands commands_;
  WireEnds ends_;
  std::size_t window_;   // frames
  std::uint16_t ident_;  // of the last sweep
  base::Clock::time_point swept_from_;
  verdict::Knobs found_;
  std::vector<std::string> boot_messages_;  // which nobody has been told yet
};

}  // namespace

std::unique_ptr<Testbed> attach_wire(const WireAddress& address, Deadline deadline) {
  return std::make_unique<WireTestbed>(address, deadline);
}

}  // namespace refrag::testbed
