// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/nested_host.hpp"

#include <array>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/sendfile.h>
#include <unistd.h>

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

Error cannot_write(const std::string& what) {
  return Error(Fault::lab, fmt::format("cannot write the host's initramfs: {}", what),
               "free some space, or set TMPDIR");
}

// The kernel unpacks archives that follow each other, each from a multiple of four bytes.
void append(const base::Fd& to, const fs::path& archive) {
  const auto from = base::open_file(archive.string(), O_RDONLY);
  const auto size = fs::file_size(archive);
  for (std::uintmax_t done = 0; done < size;) {
    const auto copied = ::sendfile(to.get(), from.get(), nullptr, size - done);
    if (copied <= 0) throw cannot_write(base::errno_text(errno));
    done += static_cast<std::uintmax_t>(copied);
  }
  base::write_all(to.get(), std::string(-size & 3, '\0'), Deadline::never());
}

// Made for this boot and known to nobody else.
void write_keys(const fs::path& archive, const Keys& keys) {
  kernels::CpioWriter writer;
  writer.file("/etc/ssh/ssh_host_ed25519_key", base::read_file(keys.host_key), 0600);
  writer.file("/root/.ssh/authorized_keys", base::read_file(keys.client_key.string() + ".pub"),
              0600);
  base::write_file(archive, writer.finish(), 0600);
}

Machine machine_of(const NestedSpec& spec, const fs::path& kernel, const fs::path& initramfs,
                   int port) {
  auto machine = xen_machine(spec.image, module(kernel, dom0_arguments) + "," + module(initramfs));
  machine.accelerator = spec.accelerator;
  machine.more = {"-netdev",
                  fmt::format("user,id=n0,ipv6=off,restrict=on,hostfwd=tcp:127.0.0.1:{}-:22", port),
                  "-device", "virtio-net-pci,netdev=n0,romfile="};
  return machine;
}

}  // namespace

fs::path host_initramfs(const fs::path& folder, const NestedSpec& spec, const Keys& keys,
                        Deadline deadline) {
  const kernels::InitramfsSpec inside{
      .modules = kernels::modules_for(kernels::Role::dom0),
      .files = {
          {"/init", machine_program("boot")},
          {host::Taps::program, machine_program("tap")},
          {fmt::format("/etc/xen/scripts/{}", NestedHost::vif_script), machine_program("vif")}}};
  const std::array parts = {spec.image.cpio, kernels::make_initramfs(spec.kernel, inside, deadline),
                            guest_archive(spec.guest, deadline), folder / "keys.cpio"};
  write_keys(parts.back(), keys);
  std::uintmax_t bytes = 0;
  for (const auto& part : parts) bytes += fs::file_size(part);
  base::require_space(folder, bytes, "the host's initramfs");
  auto path = folder / "initramfs";
  const auto out = base::open_file(path.string(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  for (const auto& part : parts) append(out, part);
  return path;
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
  const auto initramfs = host_initramfs(private_.path(), spec, keys_, deadline);
  port_ = free_port();
  pump_ = std::make_unique<ConsolePump>(command_line(machine_of(spec, kernel, initramfs, port_)),
                                        spec.folder / "console.log", spec.folder / "qemu.log");
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
  std::error_code absent;
  fs::remove(private_.path() / "initramfs", absent);  // a hundred megabytes, in memory by now
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
