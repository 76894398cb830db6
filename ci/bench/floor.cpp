// SPDX-License-Identifier: GPL-2.0-or-later
// The floor that a run is measured against: the same machine with a one-file initramfs that powers
// off at once, on `xen` (Xen and the kernel as dom0) or on `wire`. Prints seconds from starting
// QEMU to its end.   usage: refrag-bench-floor KERNEL [xen|wire]
#include <cstdio>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"
#include "framework/kernels/initramfs.hpp"
#include "framework/lab/nested_host.hpp"
#include "framework/lab/wire_machine.hpp"

using namespace refrag;

namespace {

constexpr std::string_view stop = " refrag.stop=boot";

lab::Machine bare_xen(const kernels::KernelBuild& build, const base::fs::path& initramfs,
                      base::Deadline deadline) {
  const auto arguments = std::string(lab::dom0_arguments) + std::string(stop);
  return lab::xen_machine(lab::host_image(deadline),
                          lab::module(kernels::uncompressed_image(build, deadline), arguments) +
                              "," + lab::module(initramfs));
}

lab::Machine bare_wire(const kernels::KernelBuild& build, const base::fs::path& initramfs,
                       const base::fs::path& folder, base::Deadline deadline) {
  const auto socket = [&](const char* name) { return (folder / name).string(); };
  testbed::WireAddress sockets;
  sockets.a = socket("a");
  sockets.b = socket("b");
  sockets.commands = socket("commands");
  auto machine = lab::wire_machine({.kernel = build, .folder = folder}, sockets,
                                   lab::wire_kernel(build, deadline), initramfs);
  machine.kernel_arguments += stop;
  return machine;
}

double floor_of(const std::string& spec, const std::string& testbed) {
  const auto deadline = base::Deadline::in(std::chrono::minutes(10));
  const auto build = kernels::open_kernel(spec, deadline);
  const auto initramfs = kernels::make_initramfs(
      build, {.modules = {}, .files = {{"/init", lab::machine_program("boot")}}}, deadline);
  const base::TempDir folder("bench");
  const auto machine = testbed == "wire" ? bare_wire(build, initramfs, folder.path(), deadline)
                                         : bare_xen(build, initramfs, deadline);
  const base::Stopwatch watch;
  lab::ConsolePump pump(lab::command_line(machine), folder.path() / "console.log",
                        folder.path() / "qemu.log");
  const bool ended = base::wait_readable(pump.death_fd(), base::Deadline::in(base::seconds(300)));
  if (ended && pump.has("init") && !pump.panic()) return watch.seconds();
  throw base::Error(base::Fault::lab, "the floor was not reached: " + pump.tail());
}

}  // namespace

int main(int argc, char** argv) {
  base::install_stop_handlers();
  try {
    fmt::print("{:.2f}\n", floor_of(argc > 1 ? argv[1] : "debian:6.1", argc > 2 ? argv[2] : "xen"));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 4;
  }
}
