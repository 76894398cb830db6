// SPDX-License-Identifier: GPL-2.0-or-later
// On libvirt's test driver, which has real domains and networks but nothing that runs in them: the
// agents are played by scripts.
#include "framework/testbed/xen_guests.hpp"

#include "framework/base/catch.hpp"
#include "framework/guest/fake_peer.hpp"

namespace refrag::testbed {

namespace {

using guest::FakePeer;
using protocol::Message;

base::Deadline soon() { return base::Deadline::in(base::seconds(20)); }

std::string hello(const std::string& problem = {}) {
  Message message{0, "hello"};
  message.add("release", "6.1.0-guest");
  message.add("buildid", "abcd");
  message.add("hypervisor", "xen");
  if (!problem.empty()) message.add("problem", problem);
  return protocol::encode(protocol::Direction::reply, message);
}

std::string obey(const Message& request) {
  if (request.verb == "link") return guest::ok_to(request, "link", "eth0,mac,1500,up,carrier");
  const bool is_known = request.verb == "kmsg" || request.verb == "rehearse";
  return is_known ? guest::ok_to(request) : std::string();
}

class Bench {
 public:
  // What the guests say by themselves.
  Bench(const std::string& a, const std::string& b) : a_(obey, a), b_(obey, b) {
    plan.network = {.name = "refrag-test", .bridge = "virbr9", .address = "192.0.2.1"};
    plan.guest = {.kernel = "/vmlinux", .initrd = "/initrd", .type = "test"};
    plan.shell = {"sh"};
    plan.folder = folder_.path();
    plan.open_console = [this](const virt::Domain& domain, base::Deadline) {
      if (on_console) on_console(domain);
      return domain.name() == "refrag-a" ? a_.stream() : b_.stream();
    };
  }

  std::variant<XenGuests, NotUp> bring_up(base::Deadline deadline = soon()) {
    const PhaseEvents events = {
        [this](const std::string& phase) { begun.push_back(phase); },
        [this](const std::string& phase, double) { ended.push_back(phase); }};
    return testbed::bring_up(connection, plan, events, deadline);
  }

  NotUp not_up(base::Deadline deadline = soon()) {
    auto result = bring_up(deadline);
    REQUIRE(std::holds_alternative<NotUp>(result));
    return std::get<NotUp>(result);
  }

  bool nothing_is_left() const {
    return !virt::Network::find(connection, "refrag-test", soon()) &&
           !virt::Domain::find(connection, "refrag-a", soon()) &&
           !virt::Domain::find(connection, "refrag-b", soon());
  }

  virt::Connection connection = virt::Connection::open("test:///default", soon());
  XenPlan plan;
  std::function<void(const virt::Domain&)> on_console;
  std::vector<std::string> begun, ended;

 private:
  base::TempDir folder_{"guests"};
  FakePeer a_, b_;
};

}  // namespace

TEST_CASE("two guests come up, rung by rung, and go with their owner", "[testbed]") {
  Bench bench(hello(), "noise\n" + hello());
  {
    auto result = bench.bring_up();
    REQUIRE(std::holds_alternative<XenGuests>(result));
    const auto& guests = std::get<XenGuests>(result);
    const auto address = read_xen_address(guests.address);
    CHECK(address.libvirt == "test:///default");
    CHECK(address.guests == std::vector<std::string>{"refrag-a", "refrag-b"});
    CHECK(address.facts.machines.size() == 3);
    CHECK(address.facts.machines.at(0).name == "host");
    CHECK(address.facts.machines.at(2).name == "guest b");
    CHECK(address.facts.machines.at(2).release == "6.1.0-guest");
    CHECK(address.facts.machines.at(2).platform == "test pv");
    CHECK(address.facts.hypervisor == "TEST 0.0.2");
    CHECK(base::read_file(address.logs.at(1)) == "noise\n");
    CHECK(guests.a.get().state(soon()) == virt::DomainState::running);
  }
  CHECK(bench.nothing_is_left());
  CHECK(bench.begun.front() == "network");
  CHECK(bench.begun.back() == "agents");
  std::ranges::sort(bench.ended);
  CHECK(bench.ended == std::vector<std::string>{"agents", "guest a", "guest b", "network"});
}

TEST_CASE("on a host that is thrown away nothing is destroyed", "[testbed]") {
  Bench bench(hello(), hello());
  bench.plan.is_disposable = true;
  CHECK(std::holds_alternative<XenGuests>(bench.bring_up()));
  CHECK(virt::Domain::find(bench.connection, "refrag-a", soon()));
  CHECK(virt::Network::find(bench.connection, "refrag-test", soon()));
}

TEST_CASE("a guest whose agent says nothing hangs, and both are taken away", "[testbed]") {
  Bench bench(hello(), "Linux version 6.1.0\n");
  const auto why = bench.not_up(base::Deadline::in(base::milliseconds(1500)));
  CHECK(why.phase == "agents");
  CHECK(why.how == verdict::Outcome::hung);
  CHECK_THAT(why.what, Catch::StartsWith("guest b"));
  CHECK(why.console_tail == "Linux version 6.1.0\n");
  CHECK(bench.nothing_is_left());
}

TEST_CASE("a guest that panics ends the wait for the other one", "[testbed]") {
  Bench bench("", "Kernel panic - not syncing: no init\n");
  const base::Stopwatch watch;
  const auto why = bench.not_up();
  CHECK(why.phase == "agents");
  CHECK(why.how == verdict::Outcome::crashed);
  CHECK_THAT(why.what, Catch::Contains("no init"));
  CHECK_THAT(why.console_tail, Catch::Contains("Kernel panic"));
  CHECK(watch.seconds() < 10);
}

TEST_CASE("a guest that is destroyed meanwhile is noticed though its console is not", "[testbed]") {
  Bench bench(hello(), "");
  bench.on_console = [](const virt::Domain& domain) {
    if (domain.name() == "refrag-b") domain.destroy(soon());
  };
  const base::Stopwatch watch;
  const auto why = bench.not_up();
  CHECK(why.phase == "agents");
  CHECK(why.how == verdict::Outcome::broken);
  CHECK(why.what == "guest b: refrag-b is gone");
  CHECK(watch.seconds() < 10);
}

TEST_CASE("a guest that could not get ready says why", "[testbed]") {
  Bench bench(hello(), hello("loading xen-netfront: no such device"));
  const auto why = bench.not_up();
  CHECK(why.how == verdict::Outcome::broken);
  CHECK(why.what == "guest b is not fit for use: loading xen-netfront: no such device");
}

TEST_CASE("what others own is not touched, and nothing of ours is left beside it", "[testbed]") {
  Bench bench(hello(), hello());
  const auto theirs = virt::Domain::create(
      bench.connection, {.name = "refrag-b", .kernel = "/k", .bridge = "br", .type = "test"},
      soon());
  const auto why = bench.not_up();
  CHECK(why.phase == "guest b");
  CHECK_THAT(why.what, Catch::Contains("creating the guest refrag-b"));
  CHECK(theirs.state(soon()) == virt::DomainState::running);
  theirs.destroy(soon());
  CHECK(bench.nothing_is_left());
}

TEST_CASE("a network that cannot be made is the first rung", "[testbed]") {
  Bench bench(hello(), hello());
  const auto theirs = virt::Network::create(bench.connection, bench.plan.network, soon());
  CHECK(bench.not_up().phase == "network");
  CHECK(bench.begun == std::vector<std::string>{"network"});
  CHECK(bench.ended.empty());
}

TEST_CASE("a host without a shell is noticed before the guests are waited for", "[testbed]") {
  Bench bench(hello(), hello());
  bench.plan.shell = {"false"};
  const auto why = bench.not_up();
  CHECK(why.phase == "agents");
  CHECK(why.how == verdict::Outcome::broken);
  CHECK(bench.nothing_is_left());
}

}  // namespace refrag::testbed
