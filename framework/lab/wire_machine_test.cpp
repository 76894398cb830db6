// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/wire_machine.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/lab/wire_card.hpp"

using namespace refrag;
using namespace refrag::lab;

namespace {

kernels::KernelBuild build_with(const std::string& config) {
  kernels::KernelBuild build;
  build.label = "test";
  build.config = kernels::Config::parse(config);
  return build;
}

std::vector<std::string> names(const std::vector<kernels::WantedModule>& modules) {
  std::vector<std::string> all;
  for (const auto& module : modules) all.push_back(module.name + (module.optional ? "?" : ""));
  return all;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the card is the first that the kernel has a driver for", "[lab]") {
  const auto cloud =
      choose_card(build_with("CONFIG_VIRTIO_PCI=m\nCONFIG_VIRTIO_NET=m\nCONFIG_E1000=m\n"));
  CHECK(cloud.device.starts_with("virtio-net-pci,csum=off,"));
  CHECK(names(cloud.modules) == Names{"virtio_pci", "virtio_net"});

  const auto old = choose_card(build_with("CONFIG_VIRTIO_NET=m\nCONFIG_E1000=m\n"));
  CHECK(old.device == "e1000");
  CHECK(old.board == "pc");
  CHECK(names(old.modules) == Names{"e1000"});

  const auto built_in = choose_card(build_with("CONFIG_8139CP=y\n"));
  CHECK(built_in.device == "rtl8139");
  CHECK(names(built_in.modules) == Names{"8139cp?"});
}

TEST_CASE("a kernel without a driver for any card is refused before it boots", "[lab]") {
  CHECK_THROWS_WITH(choose_card(build_with("CONFIG_TIGON3=m\n")),
                    Catch::Contains("test has a driver for none of virtio, e1000 and 8139"));
}

TEST_CASE("where nothing is known of the configuration the modules decide", "[lab]") {
  const base::TempDir folder("wire-card");
  auto build = build_with("");
  build.modules = folder.path();
  CHECK_THROWS_AS(choose_card(build), base::Error);
  base::write_file(folder.path() / "e1000.ko", "");
  CHECK(choose_card(build).device == "e1000");
  base::write_file(folder.path() / "modules.builtin",
                   "kernel/drivers/virtio/virtio_pci.ko\nkernel/drivers/net/virtio_net.ko\n");
  CHECK(choose_card(build).device.starts_with("virtio-net-pci"));
}

TEST_CASE("a wire machine listens on its own sockets and on nothing else", "[lab]") {
  WireSpec spec{.kernel = build_with("CONFIG_E1000=y\n"), .mtu = 9000, .folder = "/run"};
  const testbed::WireAddress sockets{
      .a = "/t/x,y/a", .b = "/t/b", .commands = "/t/c", .console = "/t/log", .facts = {}};
  const auto machine = wire_machine(spec, sockets, "/vmlinux", "/initramfs");
  const auto words = command_line(machine);
  const auto line = fmt::format("{}", fmt::join(words, " "));
  CHECK(line.find("stream,id=a,server=on,addr.type=unix,addr.path=/t/x,,y/a ") != line.npos);
  CHECK(line.find("e1000,netdev=b,mac=52:54:00:72:66:0b,romfile=") != line.npos);
  CHECK(line.find("socket,id=commands,path=/t/c,server=on,wait=off") != line.npos);
  CHECK(line.find("refrag.mtu=9000") != line.npos);
  CHECK(line.find("-smp 1") != line.npos);
  CHECK(line.find("-no-reboot") != line.npos);
  for (const auto* never : {"hostfwd", "tcp:", "vnc", "user,"}) {
    CHECK(line.find(never) == line.npos);
  }
}
