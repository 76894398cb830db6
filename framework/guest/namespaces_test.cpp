// SPDX-License-Identifier: GPL-2.0-or-later
// Two real agents in network namespaces of their own, joined by a virtual cable, without Xen. Needs
// root for the namespaces; nothing leaves them.
#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

#include <unistd.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"
#include "framework/guest/agent.hpp"

using namespace refrag;
using namespace refrag::guest;
using base::Deadline;
using base::milliseconds;
using base::seconds;
using protocol::SweepEnd;
using Sizes = std::vector<std::uint32_t>;

namespace {

Deadline soon() { return Deadline::in(seconds(30)); }

class Machine {
 public:
  explicit Machine(const std::string& name) {
    auto in = base::make_pipe(), out = base::make_pipe();
    process_ = base::Process::start({.argv = {"unshare", "--net", REFRAG_AGENT, "--stdio"}},
                                    {in.read_end.get(), out.write_end.get(), -1});
    agent_.emplace(name,
                   std::make_unique<FdStream>(std::move(out.read_end), std::move(in.write_end)));
    agent_->await_hello(soon());  // from here on it is in its own namespace
  }
  Agent& agent() { return *agent_; }
  std::string pid() const { return std::to_string(process_->pid()); }

  // ip neighbour, for B's address as A sees it.
  void neighbour(const std::string& verb, const std::string& how) {
    base::run_ok({.argv = {"nsenter", "-t", pid(), "-n", "sh", "-c",
                           "eval ip neighbour $0 10.9.0.2 dev eth0 $1", verb, how}},
                 soon());
  }

 private:
  std::optional<base::Process> process_;
  std::optional<Agent> agent_;
};

// B's card may have a smaller MTU than A's: then it drops what is longer than that and a VLAN tag.
struct Cable {
  Machine a{"guest a"}, b{"guest b"};
  std::uint16_t ident = 1;
  std::string watched = "eth0";
  std::string sent_by = "eth0";
  bool udp = false;

  explicit Cable(int mtu_b = 1500) {
    base::run_ok({.argv = {"ip", "link", "add", "eth0", "netns", a.pid(), "type", "veth", "peer",
                           "name", "eth0", "netns", b.pid()}},
                 soon());
    b.agent().set_link({.device = "eth0", .mtu = mtu_b, .address = "10.9.0.2/24"}, soon());
    const auto link =
        a.agent().set_link({.device = "eth0", .mtu = 1500, .address = "10.9.0.1/24"}, soon());
    REQUIRE(link.up);
    REQUIRE(link.mtu == 1500);
    REQUIRE(a.agent().warm("10.9.0.2", "eth0", seconds(5), soon()).answered);
    for (auto* agent : {&a.agent(), &b.agent()}) {
      const auto* const address = agent == &a.agent() ? "fd09::1/64" : "fd09::2/64";
      agent->set_link({.device = "eth0", .mtu = 0, .address = address}, soon());
    }
  }

  struct Result {
    protocol::SweepResult sweep;
    std::vector<protocol::SeenSize> seen;
  };

  Result sweep(bool from_a, const Sizes& sizes, bool dont_fragment = false,
               const std::string& network = "10.9.0.") {
    Agent& sender = from_a ? a.agent() : b.agent();
    Agent& receiver = from_a ? b.agent() : a.agent();
    ++ident;
    if (udp) ident |= protocol::kFirstUdpIdent;
    receiver.watch({.from = network + (from_a ? "1" : "2"),
                    .device = watched,
                    .ident = ident,
                    .seed = 42,
                    .count = 3,
                    .sizes = sizes,
                    .udp = udp},
                   soon());
    auto sweep = sender.sweep({.to = network + (from_a ? "2" : "1"),
                               .device = sent_by,
                               .sizes = sizes,
                               .ident = ident,
                               .seed = 42,
                               .dont_fragment = dont_fragment,
                               .udp = udp},
                              soon());
    return {std::move(sweep), receiver.seen(soon())};
  }
};

std::vector<protocol::FrameMark> all_marks(Agent& agent) {
  std::vector<protocol::FrameMark> all;
  for (;;) {
    const auto more = agent.marks(all.size(), soon());
    CHECK(more.missed == 0);
    std::ranges::copy(more.marks, std::back_inserter(all));
    if (all.size() == more.count) return all;
    REQUIRE_FALSE(more.marks.empty());
  }
}

// Kept from case to case: a new cable takes the kernel a second until it carries anything.
Cable& cable(int mtu_b = 1500) {
  static std::map<int, Cable> cables;
  return cables.try_emplace(mtu_b, mtu_b).first->second;
}

bool may_use_namespaces() {
  if (geteuid() == 0 && base::run({.argv = {"unshare", "--net", "true"}}, soon()).ok()) return true;
  WARN("needs root for network namespaces");
  return false;
}

const Sizes kAll = {0,    1,    56,   1400, 1471, 1472,  1473,  1476,  1477,
                    2000, 2952, 2953, 8000, 9000, 16384, 32768, 65506, 65507};

}  // namespace

TEST_CASE("every size there is comes back whole, both ways", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  const bool from_a = GENERATE(true, false);
  const auto [sweep, seen] = cable().sweep(from_a, kAll);
  CHECK(sweep.end == SweepEnd::answered);
  CHECK(sweep.stray == 0);
  REQUIRE(seen.size() == kAll.size());
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    INFO("size " << kAll[i]);
    CHECK(seen[i] == protocol::SeenSize{kAll[i], 0b111, 0, 0, 0});
    const auto& size = sweep.sizes[i];
    CHECK(size.sent == 0b111);
    CHECK(size.good == 0b111);
    CHECK(size.wrong_length + size.wrong_payload + size.duplicates + size.too_long == 0);
    CHECK(size.max_us > 0);
    CHECK(size.max_us >= size.first_us);
  }
  CHECK(sweep.elapsed_ms < 1000);
}

TEST_CASE("echoes of IPv6 come back as those of IPv4 do", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  const Sizes sizes = {0, 56, 1452, 1453, 2000, 65487};
  const auto [sweep, seen] = cable().sweep(GENERATE(true, false), sizes, false, "fd09::");
  CHECK(sweep.end == SweepEnd::answered);
  REQUIRE(seen.size() == sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    INFO("size " << sizes[i]);
    CHECK(seen[i] == protocol::SeenSize{sizes[i], 0b111, 0, 0, 0});
    CHECK(sweep.sizes[i].good == 0b111);
  }
}

TEST_CASE("datagrams of UDP are answered as echoes are", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  const bool is_ipv6 = GENERATE(false, true);
  const Sizes sizes = {0, 1, 56, 1472, 1473, 2000, 65487};
  cable().udp = true;
  const auto [sweep, seen] =
      cable().sweep(GENERATE(true, false), sizes, false, is_ipv6 ? "fd09::" : "10.9.0.");
  cable().udp = false;
  CHECK(sweep.end == SweepEnd::answered);
  REQUIRE(seen.size() == sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    INFO("size " << sizes[i]);
    CHECK(seen[i] == protocol::SeenSize{sizes[i], 0b111, 0, 0, 0});
    CHECK(sweep.sizes[i].good == 0b111);
  }
}

TEST_CASE("flows that are sent beside each other are all answered, also by the same path",
          "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  auto& a = cable().a.agent();
  auto& b = cable().b.agent();
  const std::string network = GENERATE("10.9.0.", "fd09::");
  const auto flow = [&](const std::string& net, std::uint16_t ident, bool also) {
    const protocol::SweepRequest request{
        .to = net + "2", .device = "eth0", .sizes = {56, 3000, 65487}, .ident = ident};
    b.watch(
        {.from = net + "1", .device = "eth0", .ident = ident, .sizes = request.sizes, .also = also},
        soon());
    return request;
  };
  const auto first = flow("10.9.0.", 501, false);
  a.beside(flow(network, 502, true), soon());
  const auto requests = [](Agent& agent) {
    const auto counters = agent.counters("Icmp.In", soon());
    return counters.at("Icmp.InEchos");
  };
  const auto before = requests(b);
  const auto result = a.sweep(first, soon());
  for (const auto& size : b.seen(soon()))
    CHECK(size == protocol::SeenSize{size.size, 0b111, 0, 0, 0});
  CHECK(result.end == SweepEnd::answered);
  CHECK(result.stray == 0);
  for (const auto& size : result.sizes) {
    CHECK(size.good == 0b111);
    CHECK(size.duplicates == 0);
  }
  CHECK(requests(b) >= before + (network == "fd09::" ? 9 : 18));  // canaries besides
}

TEST_CASE("the frames of the last sweep are kept at both ends and told", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  for (auto* agent : {&cable().a.agent(), &cable().b.agent()}) agent->listen("eth0", soon());
  cable().sweep(true, {56});
  cable().sweep(true, {1477, 65507});
  constexpr std::size_t bytes = 3 * 2 * (1477 + 65507);  // of three echoes, there and back
  const auto a = all_marks(cable().a.agent()), b = all_marks(cable().b.agent());
  std::size_t size = 0;
  std::multiset<std::uint64_t> of_a, of_b;
  for (const auto& mark : a) {
    size += mark.size;
    of_a.insert(mark.outgoing ? mark.hash : ~mark.hash);
  }
  for (const auto& mark : b) of_b.insert(mark.outgoing ? ~mark.hash : mark.hash);
  // What one sent has come to the other. That begins to keep frames first and is asked last, so it
  // may have some more of the kernels' own.
  CHECK(std::ranges::includes(of_b, of_a));
  CHECK(b.size() < a.size() + 20);
  CHECK(size > bytes);
  CHECK(size < bytes * 5 / 4);
  const auto frames = cable().a.agent().frames({0, 2}, soon());
  REQUIRE(frames.size() == a[0].size + a[2].size);
  CHECK(protocol::frame_hash(frames.substr(a[0].size)) == a[2].hash);
  CHECK(cable().a.agent().frames({a.size()}, soon()).empty());
}

TEST_CASE("frames that find no room are counted, and are no burden to the next sweep",
          "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  auto& a = cable().a.agent();
  a.listen("eth0", soon());
  Sizes large(20);
  std::iota(large.begin(), large.end(), 65488);
  cable().sweep(true, large);
  CHECK(a.marks(0, soon()).missed > 0);
  cable().sweep(true, {56});
  const auto marks = a.marks(0, soon());
  CHECK(marks.missed == 0);
  CHECK(marks.count >= 6);
  a.hello(soon());
  CHECK(a.marks(0, soon()).count == 0);  // nobody listens any more
}

TEST_CASE("a request by another device than it should come by is not seen, unless any will do",
          "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  auto& between = cable();
  auto& b = between.b.agent();
  base::run_ok({.argv = {"ip", "link", "add", "eth9", "netns", between.a.pid(), "type", "veth",
                         "peer", "name", "eth9", "netns", between.b.pid()}},
               soon());
  between.a.agent().set_link({.device = "eth9"}, soon());
  b.set_link({.device = "eth9", .address = "10.9.0.3/24"}, soon());
  between.watched = "eth9";
  const auto at_another = between.sweep(true, {56});
  between.watched = std::string(protocol::kAnyDevice);
  const auto at_any = between.sweep(true, {56});
  between.watched = "eth0";
  b.remove_link("eth9", soon());
  CHECK(at_another.sweep.sizes.at(0).good == 0);
  CHECK(at_another.seen.at(0).good == 0);
  CHECK(at_any.sweep.sizes.at(0).good == 0b111);
  CHECK(at_any.seen.at(0).good == 0b111);
}

TEST_CASE("the kernel answers again when nobody watches any more", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  cable().sweep(true, {56});
  CHECK(cable().a.agent().warm("10.9.0.2", "eth0", seconds(5), soon()).answered);
}

TEST_CASE("requests that are lost are told from replies that are lost", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  const std::uint32_t edge = 1400 + 4 - 28;  // a frame of the MTU and a tag passes into B
  const Sizes sizes = {0, 56, edge - 1, edge, edge + 1, 1472, 1473, 2000, 8000, 65507};
  const bool from_a = GENERATE(true, false);
  const auto [sweep, seen] = cable(1400).sweep(from_a, sizes);
  CHECK(sweep.end == SweepEnd::settled);
  CHECK(sweep.elapsed_ms < 3000);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    INFO("size " << sizes[i]);
    const std::uint32_t passed = sizes[i] <= edge ? 0b111 : 0;
    CHECK(sweep.sizes[i].sent == 0b111);
    CHECK(sweep.sizes[i].good == passed);
    CHECK(seen[i].good == (from_a ? passed : 0b111));
  }
}

TEST_CASE("silence is waited out once and no longer", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  auto& a = cable().a;
  a.neighbour("replace", "lladdr 02:00:00:00:00:99 nud permanent");  // that nobody has
  const auto [sweep, seen] = cable().sweep(true, {0, 56, 1477});
  const auto warmth = a.agent().warm("10.9.0.2", "eth0", milliseconds(300), soon());
  a.neighbour("del", "");
  CHECK(sweep.end == SweepEnd::quiet);
  CHECK(sweep.elapsed_ms >= 1000);
  CHECK(sweep.elapsed_ms < 4500);
  for (const auto& size : sweep.sizes) CHECK(size.good == 0);
  for (const auto& size : seen) CHECK(size.good == 0);
  CHECK_FALSE(warmth.answered);
  CHECK_FALSE(warmth.mac.empty());
}

TEST_CASE("what the sender's own kernel refuses is not called lost", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  const auto [sweep, seen] = cable().sweep(true, {1472, 1473}, true);
  CHECK(sweep.end == SweepEnd::answered);
  CHECK(sweep.sizes[0].good == 0b111);
  CHECK(sweep.sizes[1].sent == 0);
  CHECK(sweep.sizes[1].too_long == 3);
  CHECK(seen[1].good == 0);
}

TEST_CASE("a sweep that is rehearsed is answered for before it is done", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  const auto requests = [](Agent& agent) {
    return agent.counters("Icmp.In", soon()).at("Icmp.InEchos");
  };
  Cable own;
  auto& b = own.b.agent();
  const auto before = requests(b);
  own.a.agent().rehearse({.to = "10.9.0.2", .device = "eth0", .sizes = {0, 5000}, .count = 2},
                         soon());
  own.a.agent().hello(soon());
  CHECK(requests(b) == before + 4);
}

TEST_CASE("a hundred sizes are swept by their answers, also when half of them are lost",
          "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  const bool losing = GENERATE(false, true);
  Sizes sizes(100);
  for (std::uint32_t i = 0; i < 100; ++i) sizes[i] = (losing ? 1327 : 1427) + i;
  const auto result = cable(losing ? 1400 : 1500).sweep(true, sizes).sweep;
  const auto good = std::count_if(result.sizes.begin(), result.sizes.end(),
                                  [](const auto& size) { return size.good == 0b111; });
  CHECK(good == (losing ? 50 : 100));
  CHECK(result.end == (losing ? protocol::SweepEnd::settled : protocol::SweepEnd::answered));
}

TEST_CASE("a card's offloads are taken away and given back, and echoes cross all the same",
          "[guest][namespaces]") {
  Cable cable;
  auto& a = cable.a.agent();
  CHECK(a.offloads("eth0", soon()) == "1");
  CHECK(a.set_offloads("eth0", "0", soon()) == "0");
  CHECK(a.offloads("eth0", soon()) == "0");
  const auto echo = cable.sweep(true, {56, 4000}).sweep.sizes.at(1);
  CHECK(echo.good > 0);
  CHECK(echo.good == echo.sent);
  CHECK(a.set_offloads("eth0", "1", soon()) == "1");
  CHECK_THROWS_WITH(a.set_offloads("eth0", "2", soon()), Catch::Contains("0 or 1"));
  CHECK_THROWS_WITH(a.offloads("nosuch0", soon()), Catch::Contains("no such device"));
}

namespace {

std::string mac_of(Agent& agent) {
  for (const auto& link : agent.links(soon())) {
    if (link.name == "eth0") return link.mac;
  }
  return {};
}

SessionSettings session_with(Agent& peer, int id = 7) {
  return {.parent = "eth0", .device = "eth0.pppoe", .peer = mac_of(peer), .id = id};
}

// Two machines with a PPPoE session over their cable.
struct InSession : Cable {
  InSession() {
    a.agent().add_session(session_with(b.agent()), soon());
    b.agent().add_session(session_with(a.agent()), soon());
    address_all(1492);
    watched = sent_by = "eth0.pppoe";
  }
  void address_all(int mtu) {
    for (auto* agent : {&a.agent(), &b.agent()}) {
      const std::string host = agent == &a.agent() ? "1" : "2";
      for (const auto& address : {"10.8.0." + host + "/24", "fd08::" + host + "/64"}) {
        agent->set_link({.device = "eth0.pppoe", .mtu = mtu, .address = address}, soon());
      }
    }
  }
};

bool may_make_sessions() { return may_use_namespaces() && base::fs::exists("/dev/net/tun"); }

}  // namespace

TEST_CASE(
    "every size crosses a PPPoE session, of either family and of UDP, in frames of the "
    "card's MTU",
    "[guest][namespaces]") {
  if (!may_make_sessions()) return;
  InSession session;
  session.a.agent().listen("eth0", soon());
  for (const std::string network : {"10.8.0.", "fd08::"}) {
    for (const bool udp : {false, true}) {
      session.udp = udp;
      const Sizes sizes = {0, 56, 1443, 1444, 1445, 1464, 1465, 2000, 65487};
      const auto [sweep, seen] = session.sweep(udp, sizes, false, network);
      INFO(network << (udp ? " udp" : ""));
      CHECK(sweep.end == SweepEnd::answered);
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        INFO("size " << sizes[i]);
        CHECK(seen.at(i) == protocol::SeenSize{sizes[i], 0b111, 0, 0, 0});
        CHECK(sweep.sizes[i].good == 0b111);
      }
      std::size_t longest = 0;
      for (const auto& mark : all_marks(session.a.agent())) {
        longest = std::max<std::size_t>(longest, mark.size);
      }
      CHECK(longest == 14 + 1500);
    }
  }
  const auto whole = session.sweep(true, {1464, 1465}, true, "10.8.0.").sweep;
  CHECK(whole.sizes[0].good == 0b111);
  CHECK(whole.sizes[1].too_long == 3);
}

TEST_CASE(
    "a session that is made again takes the place of the first, and one of another id takes "
    "nothing",
    "[guest][namespaces]") {
  if (!may_make_sessions()) return;
  InSession session;
  auto& a = session.a.agent();
  a.add_session(session_with(session.b.agent(), 8), soon());
  session.address_all(1280);
  CHECK_FALSE(a.warm("10.8.0.2", "eth0.pppoe", milliseconds(300), soon()).answered);
  a.add_session(session_with(session.b.agent()), soon());
  session.address_all(1280);
  const auto echo = session.sweep(true, {8000}, false, "10.8.0.").sweep.sizes.at(0);
  CHECK(echo.good == 0b111);
  a.remove_link("eth0.pppoe", soon());
  CHECK_THROWS_WITH(a.remove_link("eth0.pppoe", soon()), Catch::Contains("no such device"));
}

TEST_CASE("of a session whose device is gone no sweep says that anything was lost",
          "[guest][namespaces]") {
  if (!may_make_sessions()) return;
  InSession session;
  auto& b = session.b.agent();
  base::run_ok(
      {.argv = {"nsenter", "-t", session.b.pid(), "-n", "ip", "link", "delete", "eth0.pppoe"}},
      soon());
  const auto trouble = [&] {
    for (const auto deadline = soon(); !deadline.expired();) b.seen(soon());
  };
  CHECK_THROWS_WITH(trouble(), Catch::Contains("the pump of eth0.pppoe ended"));
  b.seen(soon());
  b.add_session(session_with(session.a.agent()), soon());
  b.seen(soon());
}

TEST_CASE("what no session can be made of is refused with a reason", "[guest][namespaces]") {
  if (!may_make_sessions()) return;
  Cable own;
  auto& a = own.a.agent();
  const auto refused = [&](const char* key, const std::string& value) {
    auto settings = session_with(own.b.agent());
    if (key == std::string_view("id")) settings.id = std::stoi(value);
    if (key == std::string_view("peer")) settings.peer = value;
    if (key == std::string_view("dev")) settings.device = value;
    if (key == std::string_view("parent")) settings.parent = value;
    a.add_session(settings, soon());
  };
  CHECK_THROWS_WITH(refused("id", "0"), Catch::Contains("1 to 65534"));
  CHECK_THROWS_WITH(refused("id", "65535"), Catch::Contains("1 to 65534"));
  CHECK_THROWS_WITH(refused("peer", "02:00"), Catch::Contains("no MAC: 02:00"));
  CHECK_THROWS_WITH(refused("dev", ""), Catch::Contains("no name of a device"));
  CHECK_THROWS_WITH(refused("dev", "x%d"), Catch::Contains("no name of a device"));
  CHECK_THROWS_WITH(refused("dev", "far.too.long.pppoe"), Catch::Contains("no name of a device"));
  CHECK_THROWS_WITH(refused("dev", "eth0"), Catch::Contains("making eth0"));
  CHECK_THROWS_WITH(refused("parent", "lo0"), Catch::Contains("no such device: lo0"));
  CHECK(a.links(soon()).size() == 2);
}

TEST_CASE("links are listed, flushed, removed, and refused with a reason", "[guest][namespaces]") {
  if (!may_use_namespaces()) return;
  Cable own;
  Agent& a = own.a.agent();
  CHECK(a.warm("10.9.0.2", "eth0", seconds(5), soon()).mac.size() == 17);
  a.flush(soon());
  a.set_link({.device = "lo"}, soon());
  CHECK(a.warm("127.0.0.1", "lo", milliseconds(300), soon()).answered);
  CHECK(a.links(soon()).size() >= 2);
  CHECK_THROWS_AS(a.set_link({.device = "eth0", .address = "10.9.0.300/24"}, soon()), base::Error);
  CHECK_THROWS_AS(a.set_link({.device = "eth0", .mtu = 67}, soon()), base::Error);
  CHECK_THROWS_AS(a.add_vlan({.parent = "eth0", .device = "eth0.0", .id = 4095}, soon()),
                  base::Error);
  a.set_link({.device = "eth0", .address = "fd00::1/64"}, soon());
  a.remove_link("eth0", soon());
  CHECK_THROWS_WITH(a.remove_link("eth0", soon()), Catch::Contains("no such device: eth0"));
}
