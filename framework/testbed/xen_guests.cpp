// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/xen_guests.hpp"

#include <future>
#include <mutex>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/guest/console_stream.hpp"
#include "framework/testbed/console_log.hpp"
#include "framework/testbed/host_facts.hpp"
#include "framework/testbed/lost_guest.hpp"
#include "framework/virt/console.hpp"

namespace refrag::testbed {

using base::Deadline;
using base::seconds;
using virt::Owned;

namespace {

// Several times what an emulated host takes when it is alone on its machine.
constexpr auto network_time = seconds(30);
constexpr auto destroy_time = seconds(20);
constexpr auto between_checks = seconds(1);  // of the domains, while agents are waited for

// How a phase ends that does not end well.
struct Fallen {
  NotUp why;
};

struct Started {
  Owned<virt::Domain> domain;
  std::unique_ptr<GuestEnd> end;
};

class BringUp {
 public:
  BringUp(const virt::Connection& connection, const XenPlan& plan, const PhaseEvents& events,
          Deadline deadline)
      : connection_(connection), plan_(plan), events_(events), deadline_(deadline) {}

  XenGuests run();

 private:
  template <class Work>
  auto step(const std::string& phase, base::Clock::duration time, Work&& work) {
    tell([&] { events_.begins(phase); });
    const base::Stopwatch watch;
    try {
      auto result = work(deadline_.sooner(time));
      tell([&] { events_.ended(phase, watch.seconds()); });
      return result;
    } catch (const base::Error& error) {
      throw Fallen{{phase, verdict::Outcome::broken, error.what(), {}}};
    } catch (const Lost& lost) {
      throw Fallen{{phase, lost.how(), lost.what(), lost.console_tail()}};
    }
  }

  template <class Event>
  void tell(Event&& event) {
    const std::lock_guard lock(telling_);
    event();
  }

  template <class Thing>
  Owned<Thing> owned(Thing thing) const {
    return {std::move(thing), plan_.is_disposable ? virt::left_to_host : destroy_time};
  }

  std::string domain_name(Side side) const {
    return plan_.prefix + (side == Side::a ? "-a" : "-b");
  }

  std::string log_of(Side side) const {
    return (plan_.folder / (side == Side::a ? "guest-a.log" : "guest-b.log")).string();
  }

  Started start(Side side) {
    return step(name_of(side), plan_.guest_time, [&](Deadline deadline) {
      auto spec = plan_.guest;
      spec.name = domain_name(side);
      spec.uuid = plan_.uuids.at(side == Side::a ? 0 : 1);
      spec.bridge = plan_.network.bridge;
      auto domain = owned(virt::Domain::create(connection_, spec, deadline));
      auto end = std::make_unique<GuestEnd>(side, plan_.open_console(domain.get(), deadline),
                                            ConsoleLog(log_of(side)), domain.get());
      return Started{std::move(domain), std::move(end)};
    });
  }

  // Waits for one while both are looked after.
  Machine await(GuestEnd& end, GuestEnd& other, Deadline deadline) {
    end.agent().conversation().on_wait(
        [&end, &other, deadline, next = Deadline::in(between_checks)]() mutable {
          other.agent().conversation().look();
          if (!next.expired()) return;
          end.check(deadline);
          other.check(deadline);
          next = Deadline::in(between_checks);
        });
    const auto hello = end.agent().await_hello(deadline);
    if (!hello.problems.empty()) {
      throw base::Error(base::Fault::lab,
                        fmt::format("{} is not fit for use: {}", name_of(end.side()),
                                    fmt::join(hello.problems, "; ")));
    }
    end.agent().skip_kernel_log(deadline);  // of the boot; what matters of it is on the console
    end.prepare(untagged(), plan_.network.mtu, deadline);
    return {name_of(end.side()), hello.release, hello.build_id, plan_.guest.type + " pv"};
  }

  Path untagged() const { return path_of("none", plan_.networks); }

  // Under emulation all code is slow where it runs for the first time: on the way from guest to
  // guest that is half a second, and it passes while the suite finds its testbed.
  void rehearse(GuestEnd& a, Deadline deadline) {
    constexpr int longest_ms = 2000;
    constexpr int silence_ms = 300;
    a.agent().rehearse({.to = untagged().address(Side::b),
                        .device = untagged().device(),
                        .sizes = {0, 2000, 65507},
                        .quiet_ms = silence_ms,
                        .deadline_ms = longest_ms},
                       deadline);
  }

  // The host is asked while the guests boot.
  Facts meet(GuestEnd& a, GuestEnd& b, Deadline deadline) {
    host::Shell shell(plan_.shell);
    Facts facts{.kind = plan_.kind, .mtu = plan_.network.mtu, .machines = {}, .hypervisor = {}};
    const auto host = host_facts(shell, deadline);
    facts.machines.push_back(host.machine);
    facts.hypervisor = host.xen.empty() ? connection_.hypervisor(deadline) : "Xen " + host.xen;
    try {
      facts.machines.push_back(await(a, b, deadline));
      facts.machines.push_back(await(b, a, deadline));
      rehearse(a, deadline);
    } catch (const guest::Lost& lost) {
      throw to_lost(lost, {&a, &b});
    }
    return facts;
  }

  base::fs::path write(const Facts& facts) const {
    auto file = plan_.folder / "testbed.json";
    write_address(file, {.libvirt = connection_.uri(),
                         .shell = plan_.shell,
                         .guests = {domain_name(Side::a), domain_name(Side::b)},
                         .logs = {log_of(Side::a), log_of(Side::b)},
                         .is_disposable = plan_.is_disposable,
                         .facts = facts,
                         .networks = plan_.networks});
    return file;
  }

  const virt::Connection& connection_;
  const XenPlan& plan_;
  const PhaseEvents& events_;
  Deadline deadline_;
  std::mutex telling_;
};

XenGuests BringUp::run() {
  std::optional<Owned<virt::Network>> network;
  if (!plan_.network.name.empty()) {
    network = step("network", network_time, [&](Deadline deadline) {
      return owned(virt::Network::create(connection_, plan_.network, deadline));
    });
  }
  auto later = std::async(std::launch::async, [&] { return start(Side::b); });
  auto a = start(Side::a);
  auto b = later.get();
  auto facts = step("agents", plan_.agents_time,
                    [&](Deadline deadline) { return meet(*a.end, *b.end, deadline); });
  auto address = write(facts);
  return {std::move(network), std::move(a.domain), std::move(b.domain), std::move(address),
          std::move(facts)};
}

}  // namespace

std::unique_ptr<guest::ByteStream> console_of(const virt::Domain& domain, Deadline deadline) {
  return std::make_unique<guest::ConsoleStream>(virt::open_console(domain, deadline));
}

std::variant<XenGuests, NotUp> bring_up(const virt::Connection& connection, const XenPlan& plan,
                                        const PhaseEvents& events, Deadline deadline) {
  try {
    return BringUp(connection, plan, events, deadline).run();
  } catch (const Fallen& fallen) {
    return fallen.why;
  }
}

}  // namespace refrag::testbed
