// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/testbed/lacking.hpp"
#include "framework/testbed/path.hpp"
#include "framework/testbed/wire_commands.hpp"
#include "framework/testbed/wire_ends.hpp"
#include "framework/testbed/wire_sweep.hpp"
#include "framework/testbed/wire_warm.hpp"
#include "framework/testbed/witness.hpp"
#include "framework/verdict/follow.hpp"

namespace refrag::testbed {

using base::Deadline;
using verdict::Outcome;

namespace {

// The machine answers its serial port; a bridge that answers no ARP by then does not forward.
constexpr auto warm_time = base::seconds(5);
// What may still be on its way when a sweep begins.
constexpr std::size_t frames_before = 256;

// KERN_WARNING, which is what warnings and their traces have. All that a kernel says while it boots
// takes longer over a serial port than a sweep does; what follows is wanted whole.
constexpr int warning = 4, debug = 7;
constexpr base::milliseconds long_quiet{5000}, short_quiet{500};

Side other(Side side) { return side == Side::a ? Side::b : Side::a; }

// A subnet for each VLAN, as on guests; what no guest would have shares the last one.
packet::Ipv4Address address_of(const std::string& tag, Side side, std::size_t flow) {
  const bool is_known = tag == "none" || tag.starts_with("vlan");
  in_addr parsed = {};
  inet_pton(AF_INET, path_of(is_known ? tag : "vlan4094").address(side).c_str(), &parsed);
  return {ntohl(parsed.s_addr) + (static_cast<std::uint32_t>(flow) << 4)};
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
        port_mtu_(facts_.mtu) {
    auto seen = commands_.look({}, warning, deadline);
    found_ = seen.host.knobs;
    boot_messages_ = std::move(seen.log);
    last_ = std::move(seen.host);
  }

  ~WireTestbed() override { restore(); }

  const Facts& facts() const override { return facts_; }

  verdict::HostState set_knobs(const verdict::Knobs& knobs, Deadline deadline) override {
    if (!last_ || !last_->has(knobs)) last_ = commands_.look(knobs, {}, deadline).host;
    const auto& state = *last_;
    const auto mtu = state.knobs.find(verdict::knob::mtu);
    port_mtu_ = mtu == state.knobs.end() ? facts_.mtu : std::stoi(mtu->second);
    return state;
  }

  std::string warm(const Traffic& traffic, Deadline deadline) override {
    return warm_flow(traffic, 0, deadline);
  }

  std::string unable_to(const Traffic&) const override { return {}; }
  std::string unable_to(const verdict::Knobs& knobs, Deadline) override {
    if (const auto why = lacking(found_, knobs); !why.empty()) return why;
    return too_old(facts_, knobs);
  }

  std::vector<verdict::EchoEvidence> sweep(const Traffic& traffic, Deadline deadline) override {
    return sweep_beside({traffic}, deadline);
  }

  std::vector<verdict::EchoEvidence> sweep_beside(const std::vector<Traffic>& flows,
                                                  Deadline deadline) override {
    for (std::size_t i = 1; i < flows.size(); ++i) {
      if (const auto problem = warm_flow(flows[i], i, deadline); !problem.empty()) {
        throw base::Error(base::Fault::lab, "the flow beside it: " + problem);
      }
    }
    for (const auto side : {Side::a, Side::b}) ends_.capture(side).keep_last(frames_before);
    last_.reset();
    swept_from_ = base::Clock::now();
    std::vector<std::unique_ptr<WireSweep>> sweeps;
    for (std::size_t i = 0; i < flows.size(); ++i) {
      sweeps.push_back(begin_sweep(flows[i], i, window_ / flows.size(), deadline));
    }
    const auto step = [&](auto now) {
      return std::ranges::count_if(sweeps, [&](auto& each) { return !each->step(now); }) == 0;
    };
    serve(step, deadline);
    return sweeps.front()->evidence();
  }

  void listen(Deadline) override {}  // it does

  Taps taps(Deadline) override {
    return {.ports = {tap_of(Side::a), tap_of(Side::b)},
            .hosts = {wire_card_a, wire_card_b},
            .from = swept_from_.time_since_epoch(),
            .since = std::chrono::system_clock::now().time_since_epoch() -
                     base::Clock::now().time_since_epoch()};
  }
  std::optional<Glance> glance(Deadline) override { return Glance(); }  // frames are at hand

  verdict::Witness witness(const Traffic& traffic, Deadline deadline) override {
    const auto once = [&](Deadline until) {
      auto single = traffic;
      single.sizes.resize(1);
      single.count = 1;
      const auto echo = sweep(single, until).front();
      const auto ident = as_ident(ident_, traffic);
      const auto way =
          verdict::follow(tap_of(traffic.from), tap_of(other(traffic.from)), {ident, 0});
      return Trial{way, echo.lost() > 0, ident, {}};
    };
    auto seen = testbed::witness(commands_, drops_, traffic.count, once, deadline);
    for (const auto side : {Side::a, Side::b}) ends_.endpoint(side).take_notes();
    return seen;
  }

  Aftermath aftermath(Deadline deadline) override {
    auto seen = commands_.look({}, debug, deadline);
    last_ = seen.host;
    return {std::move(seen.host), kernel_messages(seen.log)};
  }

  void ensure_host(Deadline deadline) override {
    try {
      commands_.machine(deadline);
    } catch (const base::Error& error) {
      throw commands_.lost(Outcome::hung, fmt::format("the host is gone: {}", error.what()));
    }
  }

 private:
  // What the last sweep left in the capture; views into it.
  packet::Tap tap_of(Side side) {
    return ends_.capture(side).tap(side == Side::a ? "card a" : "card b");
  }

  std::vector<std::string> kernel_messages(const std::vector<std::string>& fresh) {
    auto messages = std::exchange(boot_messages_, {});
    std::ranges::copy(fresh, std::back_inserter(messages));
    for (auto& line : messages) line = "host: " + line;
    for (const auto side : {Side::a, Side::b}) {
      for (const auto& line : texts(ends_.endpoint(side).take_notes())) {
        messages.push_back(fmt::format("{}: {}", side == Side::a ? "a" : "b", line));
      }
    }
    return messages;
  }

  std::string warm_flow(const Traffic& traffic, std::size_t flow, Deadline deadline) {
    const auto to = configure(traffic, flow);
    WireWarm warm(ends_.endpoint(traffic.from, flow), to, next_ident(traffic));
    const auto until = ends_.now() + warm_time;
    serve([&](auto now) { return warm.step(now) || now >= until; }, deadline);
    return warm.problem();
  }

  std::unique_ptr<WireSweep> begin_sweep(const Traffic& traffic, std::size_t flow,
                                         std::size_t window, Deadline deadline) {
    const WireSweepPlan plan{.to = configure(traffic, flow),
                             .sizes = traffic.sizes,
                             .count = traffic.count,
                             .dont_fragment = traffic.dont_fragment,
                             .ident = next_ident(traffic),
                             .seed = ident_,
                             .quiet = traffic.expects_silence ? short_quiet : long_quiet,
                             .window = window};
    return std::make_unique<WireSweep>(plan, ends_.endpoint(traffic.from, flow),
                                       ends_.endpoint(other(traffic.from), flow), ends_.now(),
                                       time_of(deadline));
  }

  // UDP tells requests from replies by it.
  static std::uint16_t as_ident(int number, const Traffic& traffic) {
    return static_cast<std::uint16_t>(number | (traffic.udp ? first_udp_ident : 0));
  }
  std::uint16_t next_ident(const Traffic& traffic) { return as_ident(++ident_, traffic); }

  // Both ends of a flow; the address it goes to.
  packet::Ipv4Address configure(const Traffic& traffic, std::size_t flow) {
    const auto wrapping = wrapping_of(traffic.tag);
    const int mtu = (traffic.mtu > 0 ? traffic.mtu : port_mtu_) - wrapping.room();
    const auto at_b = traffic.tag_at_b.empty() ? wrapping : wrapping_of(traffic.tag_at_b);
    for (const auto side : {Side::a, Side::b}) {
      auto& end = ends_.endpoint(side, flow);
      end.configure({address_of(traffic.tag, side, flow),
                     side == Side::a ? wrapping : at_b,
                     mtu,
                     {traffic.family, traffic.udp}});
      if (wrapping.session) {
        end.know(address_of(traffic.tag, other(side), flow), WireEnds::mac(other(side), flow));
      }
    }
    return address_of(traffic.tag, other(traffic.from), flow);
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
  host::DropTrace drops_{commands_};
  WireEnds ends_;
  std::size_t window_;   // frames
  std::uint16_t ident_;  // of the last sweep
  base::Clock::time_point swept_from_;
  verdict::Knobs found_;
  std::optional<verdict::HostState> last_;  // as read since the last sweep, if it was
  std::vector<std::string> boot_messages_;  // which nobody has been told yet
  int port_mtu_;
};

}  // namespace

std::unique_ptr<Testbed> attach_wire(const WireAddress& address, Deadline deadline) {
  return std::make_unique<WireTestbed>(address, deadline);
}

}  // namespace refrag::testbed
