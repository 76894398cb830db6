// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/nested_host.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/host/taps.hpp"
#include "framework/kernels/cpio.hpp"
#include "framework/kernels/initramfs.hpp"
#include "framework/lab/free_port.hpp"

namespace refrag::lab {

namespace fs = std::filesystem;
using base::Deadline;
using base::Error;
using base::Fault;
using base::seconds;

namespace {

// dom0's (see xen_arguments), two small guests' and Xen's own. All of it has to be set up by Xen
// page by page, so more is slower.
constexpr int memory_mib = 1152;
constexpr int port_tries = 5;

// Made for this boot and known to nobody else.
std::string archive_of(const Keys& keys) {
  kernels::CpioWriter writer;
  writer.file("/etc/ssh/ssh_host_ed25519_key", base::read_file(keys.host_key), 0600);
  writer.file("/root/.ssh/authorized_keys", base::read_file(keys.client_key.string() + ".pub"),
              0600);
  return writer.finish();
}

// A file as the memory of a PCI card, in the slot where vm-images/boot/archive.hpp looks for it.
std::vector<std::string> card_of(const std::string& name, const fs::path& file, int slot) {
  return {"-object",
          fmt::format("memory-backend-file,id={},size={},readonly=on,mem-path={}", name,
                      fs::file_size(file), module(file)),
          "-device", fmt::format("ivshmem-plain,memdev={},addr={:x}", name, slot)};
}

Machine machine_of(const NestedSpec& spec, const fs::path& kernel, const fs::path& initramfs,
                   const fs::path& guests, int port) {
  auto machine = xen_machine(spec.image, module(kernel, dom0_arguments) + "," + module(initramfs));
  machine.accelerator = spec.accelerator;
  machine.more = {"-netdev",
                  fmt::format("user,id=n0,ipv6=off,restrict=on,hostfwd=tcp:127.0.0.1:{}-:22", port),
                  "-device", "virtio-net-pci,netdev=n0,romfile="};
  for (const auto& card :
       {card_of("userland", spec.image.cpio, 0x10), card_of("guests", guests, 0x11)}) {
    machine.more.insert(machine.more.end(), card.begin(), card.end());
  }
  return machine;
}

}  // namespace

fs::path host_initramfs(const fs::path& folder, const NestedSpec& spec, const Keys& keys,
                        UserLand user_land, Deadline deadline) {
  const kernels::InitramfsSpec inside{
      .modules = kernels::modules_for(kernels::Role::dom0),
      .files = {
          {"/init", machine_program("boot")},
          {host::Taps::program, machine_program("tap")},
          {fmt::format("/etc/xen/scripts/{}", NestedHost::vif_script), machine_program("vif")}}};
  std::string bytes;
  if (user_land == UserLand::in_initramfs) {
    bytes = kernels::joined(bytes, base::read_file(spec.image.cpio));
    bytes = kernels::joined(bytes, base::read_file(guest_archive(spec.guest, deadline)));
  }
  bytes = kernels::joined(bytes,
                          base::read_file(kernels::make_initramfs(spec.kernel, inside, deadline)));
  bytes = kernels::joined(bytes, archive_of(keys));
  base::require_space(folder, bytes.size(), "the host's initramfs");
  base::write_file(folder / "initramfs", bytes, 0600);
  return folder / "initramfs";
}

Machine xen_machine(const HostImage& image, const std::string& modules) {
  Machine machine;
  machine.memory_mib = memory_mib;
  machine.kernel = image.xen;
  machine.kernel_arguments = xen_arguments;
  machine.initrd = modules;
  return machine;
}

namespace {

constexpr const char* first_rung = "xen and dom0";

// QEMU's emulation of two processors now and then loses an interrupt between them, about one boot
// in a hundred of a busy machine: both spin before the kernel has said anything. A kernel that
// hangs there by itself does so again, and one that is only slow gets more time.
bool is_emulators_hang(const NestedSpec& spec, const NotUp& failed) {
  if (spec.accelerator != Accelerator::tcg || failed.phase != first_rung ||
      failed.how != verdict::Outcome::hung) {
    return false;
  }
  base::say("the emulated host stands still in its first seconds: trying once more");
  return true;
}

}  // namespace

NestedHost::Booted NestedHost::boot(const NestedSpec& spec, const PhaseEvents& events,
                                    Deadline deadline) {
  for (int tries = 1;; ++tries) {
    std::unique_ptr<NestedHost> host(new NestedHost);
    auto failed = host->climb(spec, events, deadline, tries == 1 ? seconds(30) : seconds(240));
    if (!failed) return host;
    const bool again = host->port_was_taken() ||
                       (tries == 1 && !deadline.expired() && is_emulators_hang(spec, *failed));
    if (!again || tries == port_tries) return *failed;
  }
}

void NestedHost::start(const NestedSpec& spec, Deadline deadline) {
  keys_ = make_keys(private_.path(), deadline);
  const auto kernel = kernels::uncompressed_image(spec.kernel, deadline);
  const auto initramfs = host_initramfs(private_.path(), spec, keys_, UserLand::on_cards, deadline);
  const auto guests = guest_archive(spec.guest, deadline);
  port_ = free_port();
  pump_ = std::make_unique<ConsolePump>(
      command_line(machine_of(spec, kernel, initramfs, guests, port_)), spec.folder / "console.log",
      spec.folder / "qemu.log");
}

std::optional<NotUp> NestedHost::rung(const PhaseEvents& events, const std::string& name,
                                      Deadline deadline,
                                      const std::function<bool(Deadline)>& wait) {
  events.begins(name);
  const base::Stopwatch watch;
  if (!wait(deadline)) return failure(name);
  events.ended(name, watch.seconds());
  return std::nullopt;
}

std::optional<NotUp> NestedHost::climb(const NestedSpec& spec, const PhaseEvents& events,
                                       Deadline deadline, seconds for_kernel) {
  start(spec, deadline);
  const auto mark = [this](const char* name) {
    return [this, name](Deadline until) { return pump_->await(name, until); };
  };
  const auto connect = [this](Deadline until) {
    const SshMaster::Forward libvirt{private_.path() / "libvirt", "/run/libvirt/libvirt-sock"};
    ssh_ = std::make_unique<SshMaster>(private_.path(), keys_, port_, libvirt);
    return ssh_->await(until, pump_->death_fd());
  };
  auto failed = rung(events, first_rung, deadline.sooner(for_kernel), mark("init"));
  if (!failed) failed = rung(events, "sshd", deadline.sooner(seconds(180)), mark("sshd ready"));
  if (!failed) failed = rung(events, "ssh", deadline.sooner(seconds(120)), connect);
  if (!failed) failed = rung(events, "services", deadline.sooner(seconds(180)), mark("ready"));
  return failed;
}

NotUp NestedHost::failure(const std::string& rung) const {
  using verdict::Outcome;
  const auto not_up = [&](Outcome how, const std::string& what) {
    return NotUp{rung, how, what, pump_->tail()};
  };
  if (const auto panic = pump_->panic()) return not_up(Outcome::crashed, *panic);
  if (!pump_->complaint().empty()) return not_up(Outcome::broken, pump_->complaint());
  if (pump_->dead()) {
    return not_up(Outcome::broken, fmt::format("QEMU ended: {}", pump_->qemu_said()));
  }
  const auto ssh = ssh_ ? ssh_->said() : std::string();
  if (!ssh.empty()) return not_up(Outcome::broken, fmt::format("ssh: {}", ssh));
  return not_up(Outcome::hung, fmt::format("{} was not reached in time", rung));
}

std::optional<NotUp> NestedHost::death() const {
  if (!pump_->dead()) return std::nullopt;
  return failure("running");
}

bool NestedHost::port_was_taken() const {
  return pump_ && pump_->dead() &&
         pump_->qemu_said().find("Could not set up host forwarding") != std::string::npos;
}

std::string NestedHost::libvirt_uri() const {
  return fmt::format("xen+unix:///system?socket={}", (private_.path() / "libvirt").string());
}

}  // namespace refrag::lab
