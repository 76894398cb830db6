// SPDX-License-Identifier: GPL-2.0-or-later
// A host of our own: Xen in QEMU, dom0 running the kernel under test from memory, libvirtd in it.
// Nothing of it listens beyond loopback, and all of it ends with its owner.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/build.hpp"
#include "framework/lab/console_pump.hpp"
#include "framework/lab/images.hpp"
#include "framework/lab/qemu.hpp"
#include "framework/lab/ssh.hpp"
#include "framework/testbed/phase_events.hpp"

namespace refrag::lab {

struct NestedSpec {
  kernels::KernelBuild kernel;  // of dom0: the kernel under test
  HostImage image;
  GuestImage guest;  // lies on the host, for its guests
  Accelerator accelerator = Accelerator::tcg;
  std::filesystem::path folder;  // console.log and qemu.log go there
};

using testbed::NotUp;
using testbed::PhaseEvents;

class NestedHost {
 public:
  using Booted = std::variant<std::unique_ptr<NestedHost>, NotUp>;

  // Throws Error (lab) when this machine cannot do it at all: a program missing, no disk space.
  static Booted boot(const NestedSpec& spec, const PhaseEvents& events, base::Deadline deadline);

  // Where libvirt answers, and what starts a shell on the host.
  std::string libvirt_uri() const;
  std::vector<std::string> shell() const { return ssh_->shell(); }

  // How it is reached as any other host: a port of the loopback, and whose keys are expected.
  int port() const noexcept { return port_; }
  const Keys& keys() const noexcept { return keys_; }

  // Where the guest's files are, as the host sees them.
  static constexpr const char* guest_kernel = guest_kernel_path;
  static constexpr const char* guest_initramfs = guest_initramfs_path;
  // The host's own hotplug script, much cheaper than Xen's.
  static constexpr const char* vif_script = "refrag-vif";

  int death_fd() const noexcept { return pump_->death_fd(); }
  // Why it is dead; nullopt while it lives.
  std::optional<NotUp> death() const;
  std::string console_tail() const { return pump_->tail(); }

 private:
  NestedHost() : private_("lab") {}
  std::optional<NotUp> climb(const NestedSpec& spec, const PhaseEvents& events,
                             base::Deadline deadline, base::seconds for_kernel);
  void start(const NestedSpec& spec, base::Deadline deadline);
  std::optional<NotUp> rung(const PhaseEvents& events, const std::string& name,
                            base::Deadline deadline,
                            const std::function<bool(base::Deadline)>& wait);
  NotUp failure(const std::string& rung) const;
  bool port_was_taken() const;

  base::TempDir private_;
  Keys keys_;
  int port_ = 0;
  std::unique_ptr<ConsolePump> pump_;
  std::unique_ptr<SshMaster> ssh_;  // ends before the machine does
};

// Where the host's user land and its guests' files are: on cards they are there at once, in an
// initramfs they can go onto a disk.
enum class UserLand { on_cards, in_initramfs };

// The host's initramfs: modules of its kernel and what loads them, keys that are made for it and
// known to nobody else, and its user land if it is to be there. Written into the folder.
std::filesystem::path host_initramfs(const std::filesystem::path& folder, const NestedSpec& spec,
                                     const Keys& keys, UserLand user_land, base::Deadline deadline);

// Xen with dom0's kernel and initramfs as multiboot modules (module()), without a network card.
Machine xen_machine(const HostImage& image, const std::string& modules);

// Xen's and dom0's command lines, shared with the floor that runs are measured against. The drop
// tracepoint (host/drop_trace.hpp) is on from the boot: to switch it changes the kernel's code, for
// which an emulated dom0's processors now and then waited for each other without end.
inline constexpr const char* xen_arguments =
    "console=com1 com1=115200,8n1 dom0_mem=640M,max:640M dom0=pv spec-ctrl=no xpti=no "
    "bootscrub=0 sched=credit";
inline constexpr const char* dom0_arguments =
    "console=hvc0 quiet cryptomgr.notests mitigations=off nokaslr tsc=reliable random.trust_cpu=on "
    "printk.devkmsg=on oops=panic panic=-1 swiotlb=4096 trace_event=skb:kfree_skb";

}  // namespace refrag::lab
