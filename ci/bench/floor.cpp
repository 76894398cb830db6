// SPDX-License-Identifier: GPL-2.0-or-later
// The floor that a run is measured against: Xen and a dom0 kernel with a one-file initramfs that
// powers off at once. Prints seconds from starting QEMU to its end.
#include <cstdio>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"
#include "framework/kernels/initramfs.hpp"
#include "framework/lab/nested_host.hpp"

using namespace refrag;

namespace {

double floor_of(const std::string& spec) {
  const auto deadline = base::Deadline::in(std::chrono::minutes(10));
  const auto build = kernels::open_kernel(spec, deadline);
  const auto image = lab::host_image(deadline);
  const auto kernel = kernels::uncompressed_image(build, deadline);
  const auto initramfs = kernels::make_initramfs(
      build, {.modules = {}, .files = {{"/init", lab::machine_program("boot")}}}, deadline);
  const base::TempDir folder("bench");
  const auto arguments = std::string(lab::dom0_arguments) + " refrag.stop=boot";
  auto machine =
      lab::xen_machine(image, lab::module(kernel, arguments) + "," + lab::module(initramfs));
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
    fmt::print("{:.2f}\n", floor_of(argc > 1 ? argv[1] : "debian:6.1"));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 4;
  }
}
