// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/xen.hpp"

#include <algorithm>
#include <future>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "framework/host/knobs.hpp"
#include "framework/host/shell_files.hpp"
#include "framework/testbed/console_log.hpp"
#include "framework/testbed/guest_pair.hpp"
#include "framework/testbed/guest_taps.hpp"
#include "framework/testbed/host_log.hpp"
#include "framework/testbed/lacking.hpp"
#include "framework/testbed/port_knobs.hpp"
#include "framework/testbed/port_taps.hpp"
#include "framework/testbed/wire_frames.hpp"
#include "framework/testbed/witness.hpp"
#include "framework/testbed/xen_guests.hpp"
#include "framework/verdict/axes.hpp"

namespace refrag::testbed {

using base::Deadline;

namespace {

constexpr auto leave_time = base::seconds(5);
// xen-netfront has no room for more in one piece.
constexpr int plain_card_mtu = 1500;

// Of a flow whose tags are not the same at both ports.
std::optional<host::Taps::Retag> retag_of(const Traffic& traffic) {
  if (traffic.tag_at_b.empty() || traffic.tag_at_b == traffic.tag) return std::nullopt;
  return host::Taps::Retag{wrapping_of(traffic.tag).tags, wrapping_of(traffic.tag_at_b).tags};
}

class XenTestbed : public Testbed {
 public:
  XenTestbed(const XenAddress& address, std::future<GuestPair> guests, Deadline deadline)
      : facts_(address.facts),
        is_disposable_(address.is_disposable),
        shell_(address.shell),
        knobs_(shell_),
        log_(look(deadline)),
        guests_(guests.get()),
        port_mtu_(facts_.mtu) {}

  ~XenTestbed() override { leave(); }

  const Facts& facts() const override { return facts_; }

  verdict::HostState set_knobs(const verdict::Knobs& knobs, Deadline deadline) override {
    if (is_disposable_ && by_ports(knobs, deadline)) return set_all(knobs, deadline);
    if (knobs.empty()) return in_our_words(knobs_.read({}, deadline).state);
    const auto wanted = in_words_of_host(knobs);
    if (last_ && last_->has(wanted)) return in_our_words(*last_);
    if (!is_disposable_ && !put_back_) put_back_.emplace(knobs_, found_);
    return in_our_words(knobs_.set(wanted, deadline));
  }

  std::string warm(const Traffic& traffic, Deadline deadline) override {
    return guests_.warm(at_port_mtu(traffic), deadline);
  }

  std::vector<verdict::EchoEvidence> sweep(const Traffic& traffic, Deadline deadline) override {
    return sweep_beside({traffic}, deadline);
  }

  std::vector<verdict::EchoEvidence> sweep_beside(const std::vector<Traffic>& flows,
                                                  Deadline deadline) override {
    for (std::size_t i = 1; i < flows.size(); ++i) {
      if (const auto problem = warm(flows[i], deadline); !problem.empty()) {
        throw base::Error(base::Fault::lab, "the flow beside it: " + problem);
      }
    }
    last_.reset();
    if (taps_) taps_->begin(deadline);
    // The oracle at the ports works while the rest is asked.
    return guests_.sweep(flows, deadline, [&] {
      if (taps_) taps_->ask(port_mtu_, retag_of(flows.front()), deadline);
    });
  }

  std::string unable_to(const Traffic& traffic) const override {
    if (is_disposable_) return lacks(traffic);
    const bool is_vlan = traffic.tag == "none" || traffic.tag.starts_with("vlan");
    if (!is_vlan) return fmt::format("the guests have no interface for the tag {}", traffic.tag);
    if (traffic.family != packet::Family::ipv4) return "the guests have addresses of IPv4 only";
    if (traffic.mtu != 0) return "the guests' interfaces have the bridge's MTU";
    return {};
  }

  std::string unable_to(const verdict::Knobs& knobs, Deadline deadline) override {
    if (is_disposable_) return lacks(knobs, deadline);
    for (const auto name :
         {verdict::knob::br_netfilter, verdict::knob::vlans, verdict::knob::offloads}) {
      const auto wanted = knobs.find(name);
      if (wanted == knobs.end() || wanted->second == verdict::value_without(name)) continue;
      return fmt::format("it leaves its host's {} as it is", name);
    }
    for (const auto& [name, value] : knobs) {
      const bool is_own =
          name == verdict::knob::bridge_iptables || name == verdict::knob::bridge_ip6tables;
      if (is_own && value != "0") return fmt::format("it sets no {} of a bridge", name);
      if (name == verdict::knob::call_ip6tables && value != "0") {
        return fmt::format("it does not read its host's {}", name);
      }
      if (name == verdict::knob::rules && value != "none" && value != "conntrack") {
        return fmt::format("its host has no rules {}", value);
      }
      if (name == verdict::knob::mtu && value != std::to_string(facts_.mtu)) {
        return fmt::format("its bridge has an MTU of {}", facts_.mtu);
      }
    }
    return {};
  }

  verdict::Witness witness(const Traffic& traffic, Deadline deadline) override {
    listen(deadline);
    auto* by_taps = taps_->files(deadline);
    host::Files& files = by_taps ? *by_taps : by_shell_;
    if (!drops_) drops_.emplace(files);
    const auto once = [&](Deadline until) {
      auto single = traffic;
      single.sizes.resize(1);
      single.count = 1;
      const auto echo = sweep(single, until).front();
      const auto seen = taps(until);
      const auto ident = guests_.last_ident();
      Trial trial{{}, echo.lost() > 0, ident, seen.problem};
      if (!seen.notes.empty()) trial.gap = fmt::format("{}", fmt::join(seen.notes, "; "));
      if (seen.ports.size() == 2) {
        const bool from_a = traffic.from == Side::a;
        const std::size_t near = from_a ? 0 : 1, far = 1 - near;
        const auto inside = [&](std::size_t i) {
          const auto& endpoint = seen.endpoints.at(i);
          return endpoint.is_whole ? &endpoint.tap : nullptr;
        };
        trial.way = verdict::follow(seen.ports[near], seen.ports[far], {ident, 0},
                                    {inside(near), inside(far)});
      }
      return trial;
    };
    return testbed::witness(files, *drops_, traffic.count, once, deadline);
  }

  void listen(Deadline deadline) override {
    if (taps_) return;
    ports_ = guests_.ports(deadline);
    taps_.emplace(shell_.argv(), ports_);
    guest_taps_.listen(deadline);
  }

  Taps taps(Deadline deadline) override {
    if (taps_) {
      auto seen = taps_->take(deadline);
      const auto host = [&] { return taps_->now(); };
      if (seen.ports.size() == 2) guest_taps_.add_to(seen, host, deadline);
      return seen;
    }
    listen(deadline);
    return {.problem = "the host's ports are tapped from the first loss on"};
  }
  std::optional<Glance> glance(Deadline deadline) override {
    if (!taps_) return std::nullopt;
    return taps_->answer(deadline);
  }

  // Host and guests are asked at the same time.
  Aftermath aftermath(Deadline deadline) override {
    auto host = std::async(std::launch::async, [&] { return read_host(deadline); });
    auto messages = guests_.kernel_messages(deadline);
    const auto reading = host.get();
    take_log(reading.said);
    for (const auto& line : std::exchange(messages_, {})) messages.push_back("host: " + line);
    last_ = reading.state;
    return {port_knobs_ ? reading.state : in_our_words(reading.state), std::move(messages)};
  }

  void ensure_host(Deadline deadline) override {
    try {
      shell_.run_ok("true", deadline);
    } catch (const base::Error& error) {
      throw Lost(verdict::Outcome::hung, fmt::format("the host is gone: {}", error.what()), {});
    }
  }

 private:
  std::string lacks(const Traffic& traffic) const {
    const bool is_session = wrapping_of(traffic.tag).session.has_value();
    const auto whose = is_session ? guests_.without_sessions() : std::string();
    return whose.empty() ? whose : fmt::format("the kernel of {} has no CONFIG_TUN", whose);
  }

  // What the host's kernel, or the guests' cards, do not have.
  std::string lacks(const verdict::Knobs& knobs, Deadline deadline) {
    if (auto why = too_old(facts_, knobs); !why.empty()) return why;
    if (!port_knobs_) set_all({}, deadline);
    if (const auto why = lacking(found_, knobs); !why.empty()) return why;
    if (!knobs.contains(verdict::knob::offloads) ||
        knobs.find(verdict::knob::offloads)->second == "1") {
      return {};
    }
    const auto mtu = knobs.find(verdict::knob::mtu);
    if (mtu != knobs.end() && std::stoi(mtu->second) > plain_card_mtu) {
      return fmt::format("without offloads the guests' cards take no more than {} bytes",
                         plain_card_mtu);
    }
    const auto whose = guests_.without_offloads(deadline);
    return whose.empty() ? whose : fmt::format("the card of {} has no offloads to be set", whose);
  }

  // A matrix, whose cells differ in more than HostKnobs knows; and whatever is captured, because
  // it is less work than by a shell.
  bool by_ports(const verdict::Knobs& knobs, Deadline deadline) {
    const bool is_matrix = knobs.empty() || knobs.contains(verdict::knob::rules);
    return port_knobs_ || is_matrix || (taps_ && taps_->are_up(deadline));
  }

  // It has rules of its own.
  verdict::HostState set_all(const verdict::Knobs& knobs, Deadline deadline) {
    if (!port_knobs_) {
      knobs_.set({{std::string(verdict::knob::conntrack_rule), "absent"}}, deadline);
      listen(deadline);
      taps_->are_up(deadline);
      messages_ =
          log_.fresh(shell_.run_ok(HostLog::script, deadline));  // up to where theirs begins
      port_knobs_.emplace(*taps_, ports_);
      auto reading = port_knobs_->read(deadline);
      take_log(reading.said);
      last_ = std::move(reading.state);
      found_ = last_->knobs;
    }
    set_guests(knobs, deadline);
    if (!last_ || !last_->has(knobs)) {
      auto reading = port_knobs_->set(knobs, deadline);
      take_log(reading.said);
      last_ = std::move(reading.state);
    }
    const auto mtu = last_->knobs.find(verdict::knob::mtu);
    port_mtu_ = mtu == last_->knobs.end() ? facts_.mtu : std::stoi(mtu->second);
    return *last_;
  }

  // A guest's kernel asks after neighbours that it has not heard of for a while: over the paths of
  // other cells, whose tags the bridge's VLANs would change or not carry.
  void set_guests(const verdict::Knobs& knobs, Deadline deadline) {
    const auto offloads = knobs.find(verdict::knob::offloads);
    if (offloads != knobs.end()) guests_.set_offloads(offloads->second, deadline);
    const auto vlans = knobs.find(verdict::knob::vlans);
    if (vlans == knobs.end() || vlans->second == vlans_) return;
    guests_.forget(deadline);
    vlans_ = vlans->second;
  }

  // Another suite may come: all as it was. A host that is gone keeps nothing.
  void leave() {
    try {
      const auto deadline = Deadline::in(leave_time);
      if (drops_ && !is_disposable_) drops_->leave(deadline);
      if (!port_knobs_) return;
      port_knobs_->set(found_, deadline);
      set_guests(found_, deadline);
    } catch (const std::exception&) {
    }
  }

  Traffic at_port_mtu(Traffic traffic) const {
    if (traffic.mtu == 0) traffic.mtu = port_mtu_;
    return traffic;
  }

  host::Reading read_host(Deadline deadline) {
    if (port_knobs_) return port_knobs_->read(deadline);
    return knobs_.read(HostLog::script, deadline);
  }

  void take_log(const std::string& said) {
    std::ranges::move(log_.fresh(said), std::back_inserter(messages_));
  }

  // What the host's kernel said so far; and its knobs as they are, where they will be put back.
  std::string look(Deadline deadline) {
    if (is_disposable_) return shell_.run_ok(HostLog::script, deadline);
    auto found = knobs_.read(HostLog::script, deadline);
    found_ = std::move(found.state.knobs);
    return std::move(found.said);
  }

  // Of the sets of rules the host knows conntrack and none; its bridge's own settings are as they
  // are, which is off.
  static verdict::Knobs in_words_of_host(const verdict::Knobs& knobs) {
    verdict::Knobs theirs;
    for (const auto& [name, value] : knobs) {
      if (name == verdict::knob::rules) {
        theirs[std::string(verdict::knob::conntrack_rule)] =
            value == "conntrack" ? "present" : "absent";
      } else if (name.starts_with("bridge-") || name == verdict::knob::conntrack_rule) {
        theirs[name] = value;
      }
    }
    return theirs;
  }

  verdict::HostState in_our_words(verdict::HostState state) const {
    const bool is_there = state.knobs[std::string(verdict::knob::conntrack_rule)] == "present";
    state.knobs[std::string(verdict::knob::rules)] = is_there ? "conntrack" : "none";
    state.knobs[std::string(verdict::knob::mtu)] = std::to_string(facts_.mtu);
    return state;
  }

  Facts facts_;
  bool is_disposable_;
  host::Shell shell_;
  host::ShellFiles by_shell_{shell_};
  host::HostKnobs knobs_;
  verdict::Knobs found_;                     // before anything was set
  std::optional<host::KnobGuard> put_back_;  // from the first knob on that is set
  std::string vlans_ = "0";                  // that the guests' neighbours are known by
  std::optional<verdict::HostState> last_;   // as read since the last sweep, if it was
  HostLog log_;
  std::vector<std::string> messages_;  // of the host, which nobody has been told yet
  GuestPair guests_;
  int port_mtu_;
  std::vector<std::string> ports_;
  std::optional<PortTaps> taps_;
  GuestTaps guest_taps_{guests_};
  std::optional<host::DropTrace> drops_;  // from the first look at a loss on
  std::optional<PortKnobs> port_knobs_;   // from a matrix's first cell on
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
  auto a = std::async(std::launch::async, attach_one, Side::a);
  auto b = attach_one(Side::b);
  GuestPair guests(a.get(), std::move(b), address.facts.mtu, address.networks);
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
