// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/wire_machine.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/kernels/initramfs.hpp"
#include "framework/lab/images.hpp"
#include "framework/lab/wire_card.hpp"
#include "framework/testbed/wire_commands.hpp"

namespace refrag::lab {

namespace fs = std::filesystem;
using base::Deadline;
using base::seconds;
using testbed::NotUp;
using verdict::Outcome;

namespace {

constexpr int memory_mib = 256;
const auto mac_a = packet::to_text(testbed::wire_card_a);
const auto mac_b = packet::to_text(testbed::wire_card_b);

// A machine that is emulated beside other work loses timer ticks: no_timer_check and tsc=reliable
// keep old kernels from drawing conclusions, and the rest of the second line from complaining.
// panic=1 with QEMU's -no-reboot ends the machine; a negative number means something else before
// Linux 3.2.
constexpr const char* arguments =
    "console=ttyS0 quiet printk.devkmsg=on oops=panic panic=1 8250.nr_uarts=2 "
    "no_timer_check tsc=reliable nowatchdog rcupdate.rcu_cpu_stall_suppress=1 "
    "cryptomgr.notests mitigations=off nokaslr random.trust_cpu=on";

std::string doubled_commas(const std::string& text) { return module(text); }

std::vector<std::string> cable(const std::string& id, const std::string& socket,
                               const std::string& device, const std::string& mac) {
  return {
      "-netdev",
      fmt::format("stream,id={},server=on,addr.type=unix,addr.path={}", id, doubled_commas(socket)),
      "-device", fmt::format("{},netdev={},mac={},romfile=", device, id, mac)};
}

fs::path make_wire_initramfs(const kernels::KernelBuild& build, Deadline deadline) {
  auto modules = choose_card(build).modules;
  const auto& others = kernels::modules_for(kernels::Role::wire);
  modules.insert(modules.end(), others.begin(), others.end());
  return kernels::make_initramfs(build,
                                 {.modules = std::move(modules),
                                  .files = {{"/init", machine_program("wire")}},
                                  .later = kernels::modules_later_for(kernels::Role::wire)},
                                 deadline);
}

}  // namespace

fs::path wire_kernel(const kernels::KernelBuild& build, Deadline deadline) {
  return build.config.has("PVH") ? kernels::uncompressed_image(build, deadline) : build.image;
}

Machine wire_machine(const WireSpec& spec, const testbed::WireAddress& sockets,
                     const fs::path& kernel, const fs::path& initramfs) {
  const auto card = choose_card(spec.kernel);
  Machine machine;
  machine.accelerator = spec.accelerator;
  machine.memory_mib = memory_mib;
  machine.cpus = 1;  // keeps the order of frames, which is what tells lost from late
  machine.kernel = kernel;
  machine.board = card.board;
  machine.cpu += ",-cx16";  // QEMU 7.2's leaves parts of a pointer in the flags: 6.12 dies of it
  machine.kernel_arguments =
      fmt::format("{} refrag.cards={},{} refrag.mtu={}", arguments, mac_a, mac_b, spec.mtu);
  machine.initrd = doubled_commas(initramfs.string());
  machine.more = {"-chardev",
                  fmt::format("socket,id=commands,path={},server=on,wait=off",
                              doubled_commas(sockets.commands)),
                  "-serial", "chardev:commands"};
  for (const auto& words :
       {cable("a", sockets.a, card.device, mac_a), cable("b", sockets.b, card.device, mac_b)}) {
    machine.more.insert(machine.more.end(), words.begin(), words.end());
  }
  return machine;
}

WireMachine::WireMachine(const WireSpec& spec)
    : sockets_("wire"), address_file_(spec.folder / "testbed.json") {
  const auto socket = [&](const char* name) { return (sockets_.path() / name).string(); };
  address_ = {.a = socket("a"),
              .b = socket("b"),
              .commands = socket("commands"),
              .console = (spec.folder / "console.log").string(),
              .facts = {.kind = "wire", .mtu = spec.mtu, .machines = {}, .hypervisor = {}}};
}

WireMachine::Booted WireMachine::boot(const WireSpec& spec, const testbed::PhaseEvents& events,
                                      Deadline deadline) {
  std::unique_ptr<WireMachine> machine(new WireMachine(spec));
  machine->start(spec, deadline);
  if (auto failed = machine->climb(spec, events, deadline)) return std::move(*failed);
  return machine;
}

void WireMachine::start(const WireSpec& spec, Deadline deadline) {
  address_.window = choose_card(spec.kernel).window;
  const auto machine = wire_machine(spec, address_, wire_kernel(spec.kernel, deadline),
                                    make_wire_initramfs(spec.kernel, deadline));
  pump_ = std::make_unique<ConsolePump>(command_line(machine), address_.console,
                                        spec.folder / "qemu.log");
}

std::optional<NotUp> WireMachine::climb(const WireSpec& spec, const testbed::PhaseEvents& events,
                                        Deadline deadline) {
  struct Rung {
    const char* name;
    const char* mark;
    seconds time;
  };
  constexpr Rung rungs[] = {{"kernel", "init", seconds(120)},
                            {"modules", "modules", seconds(60)},
                            {"forwarding", "forwarding", seconds(60)}};
  for (const auto& rung : rungs) {
    events.begins(rung.name);
    const base::Stopwatch watch;
    if (!pump_->await(rung.mark, rung.time, deadline)) return failure(rung.name);
    events.ended(rung.name, watch.seconds());
  }
  try {
    ask_what_runs(deadline.sooner(seconds(30)));
  } catch (const testbed::Lost& lost) {
    return NotUp{"proof", lost.how(), lost.what(), pump_->tail()};
  }
  if (const auto wrong = mismatch(spec.kernel); !wrong.empty()) {
    return NotUp{"proof", Outcome::broken, wrong, pump_->tail()};
  }
  testbed::write_address(address_file_, address_);
  return std::nullopt;
}

void WireMachine::ask_what_runs(Deadline deadline) {
  testbed::WireCommands commands(address_.commands, address_.console, deadline);
  address_.facts.machines = {commands.machine(deadline)};
}

// What runs has to be what was asked for, or a verdict is about another kernel.
std::string WireMachine::mismatch(const kernels::KernelBuild& asked) const {
  const auto& runs = address_.facts.machines.front();
  if (runs.release != asked.release) {
    return fmt::format("the host runs {} and not {}", runs.release, asked.release);
  }
  const bool both_known = !runs.build_id.empty() && !asked.build_id.empty();
  if (both_known && runs.build_id != asked.build_id) {
    return fmt::format("the host's build id is {} and not {}", runs.build_id, asked.build_id);
  }
  return {};
}

NotUp WireMachine::failure(const std::string& phase) const {
  const auto not_up = [&](Outcome how, const std::string& what) {
    return NotUp{phase, how, what, pump_->tail()};
  };
  if (const auto panic = pump_->panic()) return not_up(Outcome::crashed, *panic);
  if (!pump_->complaint().empty()) return not_up(Outcome::broken, pump_->complaint());
  if (pump_->dead()) {
    return not_up(Outcome::broken, fmt::format("QEMU ended: {}", pump_->qemu_said()));
  }
  return not_up(Outcome::hung, fmt::format("{} was not reached in time", phase));
}

std::optional<NotUp> WireMachine::trouble(Deadline deadline) const {
  if (pump_->dead()) return failure("running");
  try {
    testbed::WireCommands(address_.commands, address_.console, deadline).machine(deadline);
  } catch (const testbed::Lost& lost) {
    if (pump_->dead()) return failure("running");
    return NotUp{"running", lost.how(), lost.what(), pump_->tail()};
  }
  return std::nullopt;
}

}  // namespace refrag::lab
