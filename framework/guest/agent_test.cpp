// SPDX-License-Identifier: GPL-2.0-or-later
// The client against the real agent, as an ordinary process on pipes, and against a liar.
#include "framework/guest/agent.hpp"

#include <csignal>

#include <sys/utsname.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/process.hpp"
#include "framework/guest/fake_peer.hpp"

using namespace refrag;
using namespace refrag::guest;
using base::Deadline;
using base::seconds;
using protocol::Message;

namespace {

// As in every main of ours: an agent may be gone before it is written to.
[[maybe_unused]] const auto ignored = ::signal(SIGPIPE, SIG_IGN);

Deadline soon() { return Deadline::in(seconds(20)); }

struct Running {
  explicit Running(std::vector<std::string> argv = {REFRAG_AGENT, "--stdio"}) {
    auto in = base::make_pipe(), out = base::make_pipe();
    process = base::Process::start({.argv = std::move(argv)},
                                   {in.read_end.get(), out.write_end.get(), -1});
    agent.emplace("guest a",
                  std::make_unique<FdStream>(std::move(out.read_end), std::move(in.write_end)));
  }
  std::optional<base::Process> process;
  std::optional<Agent> agent;
};

}  // namespace

TEST_CASE("the agent says which kernel runs", "[guest]") {
  Running running;
  utsname system{};
  uname(&system);
  const auto hello = running.agent->await_hello(soon());
  CHECK(hello.release == system.release);
  CHECK(hello.version == system.version);
  CHECK(hello.machine == system.machine);
  CHECK(hello.uptime > 0);
  CHECK(hello.problems.empty());
  CHECK(running.agent->hello(soon()).release == system.release);
}

TEST_CASE("the agent runs where the kernel calls itself 2.6", "[guest]") {
  Running running({"setarch", "--uname-2.6", REFRAG_AGENT, "--stdio"});
  CHECK(running.agent->await_hello(soon()).release.starts_with("2.6."));
}

TEST_CASE("the agent says why it cannot", "[guest]") {
  Running running;
  auto& agent = *running.agent;
  CHECK_THROWS_WITH(agent.remove_link("nosuch0", soon()),
                    "guest a, unlink: no such device: nosuch0");
  CHECK_THROWS_WITH(agent.kernel_log(soon()), Catch::Contains("belongs to somebody else"));
  protocol::SweepRequest request;
  request.to = "127.0.0.1";
  request.device = "nosuch0";
  request.sizes = {56};
  CHECK_THROWS_AS(agent.sweep(request, soon()), base::Error);
  CHECK_THROWS_WITH(agent.conversation().ask(Message{0, "hello"}, Deadline::in(seconds(0))).verb,
                    Catch::Contains("in time"));
  CHECK(agent.conversation().ask(Message{0, "nonsense"}, soon()).text("reason") ==
        "no such verb: nonsense");
}

TEST_CASE("nothing that is sent to the agent ends it", "[guest]") {
  Running running;
  auto& agent = *running.agent;
  const std::string verb =
      GENERATE("link", "vlan", "unlink", "warm", "sweep", "watch", "seen", "flush", "counters",
               "kmsg", "rehearse", "beside", "listen", "marks", "frames", "offloads", "session");
  if (verb == "flush") return;  // would be obeyed, and this is not a machine of its own
  for (const std::string value : {"", "x", "-1", "99999999999999999999", "\xff\n\0%", "lo"}) {
    Message request{0, verb};
    for (const auto* key : {"dev", "parent", "id", "to", "sizes", "count", "ident", "seed", "df",
                            "quiet", "deadline", "prefix", "mtu", "value", "peer"}) {
      request.add(key, value);
    }
    agent.conversation().ask(request, soon());
  }
  CHECK_FALSE(agent.hello(soon()).release.empty());
}

TEST_CASE("an agent whose runner has gone ends by itself", "[guest]") {
  Running running;
  running.agent->await_hello(soon());
  running.agent.reset();
  const auto status = running.process->wait(soon());
  REQUIRE(status);
  CHECK(status->ok());
}

TEST_CASE("an agent that is told to ends, and one that is killed is lost", "[guest]") {
  Running running;
  running.agent->await_hello(soon());
  if (GENERATE(true, false)) {
    running.agent->power_off(soon());
    CHECK(running.process->wait(soon())->ok());
  } else {
    running.process->signal(SIGSEGV);
    if (GENERATE(true, false)) running.process->wait(soon());  // then nobody takes what is written
    CHECK_THROWS_WITH(running.agent->hello(soon()), Catch::Contains("Segmentation"));
  }
}

TEST_CASE("counters of this machine are read", "[guest]") {
  Running running;
  const auto counters = running.agent->counters("Ip.Reasm", soon());
  CHECK(counters.contains("Ip.ReasmOKs"));
  CHECK_FALSE(counters.contains("Ip.InReceives"));
}

TEST_CASE("a sweep that answers other sizes than it was asked is refused", "[guest]") {
  FakePeer peer([](const Message& request) {
    protocol::SweepResult result;
    result.sizes.push_back({.size = 57, .sent = 7, .good = 7});
    auto reply = to_message(result);
    reply.sequence = request.sequence;
    return protocol::encode(protocol::Direction::reply, reply);
  });
  Agent agent("guest a", peer.stream());
  protocol::SweepRequest request;
  request.to = "10.0.0.1";
  request.device = "eth0";
  request.sizes = {56};
  CHECK_THROWS_WITH(agent.sweep(request, soon()), Catch::Contains("no sense"));
}

TEST_CASE("what a guest says about itself is made printable", "[guest]") {
  FakePeer peer(
      [](const Message& request) { return ok_to(request, "release", "6.1\x1b[31m\n]]>"); });
  Agent agent("guest a", peer.stream());
  const auto release = agent.hello(soon()).release;
  CHECK(release.find('\x1b') == std::string::npos);
}
