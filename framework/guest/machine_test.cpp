// SPDX-License-Identifier: GPL-2.0-or-later
// The agent as the init of two real machines with a network card and VLANs, without Xen: two QEMUs
// joined by a socket. Hidden, because it boots machines:
//   MODULES="virtio_pci virtio_net 8021q" vm-images/guest/build /tmp/image build/dev/agent
//   REFRAG_GUEST_IMAGE=/tmp/image build/dev/refrag_guest_test "[.machine]"
#include <cstdlib>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"
#include "framework/guest/agent.hpp"

using namespace refrag;
using namespace refrag::guest;
using base::Deadline;
using base::seconds;
using protocol::SweepEnd;

namespace {

Deadline soon() { return Deadline::in(seconds(120)); }

class Machine {
 public:
  Machine(const std::string& name, const std::string& image, const std::string& netdev,
          int number) {
    auto in = base::make_pipe(), out = base::make_pipe();
    const std::string mac = "52:54:00:00:00:0" + std::to_string(number);
    process_ = base::Process::start({.argv = {"qemu-system-x86_64",
                                              "-nodefaults",
                                              "-no-reboot",
                                              "-display",
                                              "none",
                                              "-m",
                                              "128",
                                              "-machine",
                                              "pc",
                                              "-accel",
                                              "tcg",
                                              "-kernel",
                                              image + "/vmlinux",
                                              "-initrd",
                                              image + "/initramfs.cpio",
                                              "-append",
                                              "console=ttyS0 quiet panic=-1",
                                              "-serial",
                                              "stdio",
                                              "-netdev",
                                              netdev,
                                              "-device",
                                              "virtio-net-pci,netdev=n,mac=" + mac}},
                                    {in.read_end.get(), out.write_end.get(), -1});
    agent_.emplace(name,
                   std::make_unique<FdStream>(std::move(out.read_end), std::move(in.write_end)));
  }
  Agent& agent() { return *agent_; }
  base::Process& process() { return *process_; }

 private:
  std::optional<base::Process> process_;
  std::optional<Agent> agent_;
};

struct Machines {
  explicit Machines(const std::string& image)
      : a("guest a", image,
          "stream,id=n,server=on,addr.type=unix,addr.path=" + (folder.path() / "s").string(), 1),
        b("guest b", image,
          "stream,id=n,server=off,addr.type=unix,addr.path=" + socket_when_there(), 2) {}

  std::string socket_when_there() const {
    const auto path = folder.path() / "s";
    for (const auto deadline = soon(); !base::fs::exists(path) && !deadline.expired();) {
      base::wait_readable(-1, Deadline::in(base::milliseconds(20)));
    }
    return path.string();
  }

  base::TempDir folder{"machines"};
  Machine a, b;
};

protocol::SweepResult sweep(Machines& machines, const std::string& device, const std::string& to,
                            const std::vector<std::uint32_t>& sizes, std::uint16_t ident) {
  const bool warm = machines.a.agent().warm(to, device, seconds(10), soon()).answered;
  CHECK(warm);
  const auto from = to.substr(0, to.rfind('.')) + ".1";
  machines.b.agent().watch(
      {.from = from, .device = device, .ident = ident, .seed = 1, .sizes = sizes}, soon());
  auto result = machines.a.agent().sweep(
      {.to = to, .device = device, .sizes = sizes, .ident = ident, .seed = 1}, soon());
  for (const auto& size : machines.b.agent().seen(soon())) CHECK(size.good == 0b111);
  return result;
}

void check_all_good(const protocol::SweepResult& result) {
  CHECK(result.end == SweepEnd::answered);
  for (const auto& size : result.sizes) {
    INFO("size " << size.size);
    CHECK(size.good == 0b111);
  }
  WARN(result.sizes.size() << " sizes in " << result.elapsed_ms << " ms");
}

void set_up(Agent& agent, const std::string& last) {
  agent.set_link({.device = "eth0", .mtu = 1500, .address = "10.9.0." + last + "/24"}, soon());
  agent.add_vlan({.parent = "eth0", .device = "eth0.3", .id = 3}, soon());
  agent.set_link({.device = "eth0.3", .address = "11.11.4." + last + "/24"}, soon());
}

}  // namespace

TEST_CASE("two machines that are run by agents echo through a VLAN", "[.machine]") {
  const char* image = std::getenv("REFRAG_GUEST_IMAGE");
  REQUIRE(image != nullptr);
  const base::Stopwatch time;
  Machines machines(image);
  const auto hello = machines.a.agent().await_hello(soon());
  machines.b.agent().await_hello(soon());
  WARN("both said hello after " << time.seconds() << " s, " << hello.uptime << " s of uptime");
  CHECK(hello.release + "\n" == base::read_file(std::string(image) + "/release"));
  CHECK(hello.build_id.size() == 40);
  CHECK(hello.problems.empty());
  REQUIRE(hello.cards.size() == 1);
  CHECK(hello.cards[0].mac == "52:54:00:00:00:01");

  set_up(machines.a.agent(), "1");
  set_up(machines.b.agent(), "2");
  const std::vector<std::uint32_t> sizes = {0,    56,   1400, 1472, 1473, 1476,
                                            1477, 2000, 2952, 2953, 8000, 65507};
  check_all_good(sweep(machines, "eth0", "10.9.0.2", sizes, 1));
  check_all_good(sweep(machines, "eth0.3", "11.11.4.2", sizes, 2));
  std::vector<std::uint32_t> around(100);
  for (std::uint32_t i = 0; i < around.size(); ++i) around[i] = 1427 + i;
  check_all_good(sweep(machines, "eth0.3", "11.11.4.2", around, 3));

  CHECK(machines.b.agent().counters("Ip.Reasm", soon()).at("Ip.ReasmOKs") > 0);
  const auto log = machines.a.agent().kernel_log(soon());
  REQUIRE_FALSE(log.empty());
  CHECK(log[0].find("Linux version " + hello.release) != std::string::npos);
  CHECK(machines.a.agent().kernel_log(soon()).size() < 5);
  machines.a.agent().remove_link("eth0.3", soon());
  CHECK_THROWS_AS(machines.a.agent().warm("11.11.4.2", "eth0.3", seconds(1), soon()), base::Error);

  machines.a.agent().power_off(soon());
  const auto ended = machines.a.process().wait(soon());
  REQUIRE(ended);
  CHECK(ended->ok());
}
