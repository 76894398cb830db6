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
                               .device = "eth0",
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
