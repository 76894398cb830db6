// SPDX-License-Identifier: GPL-2.0-or-later
// One QEMU machine that boots the kernel under test with a bridge over two cards, whose other ends
// are sockets in a folder of our own. No root, no Xen, nothing on any network.
//
// QEMU listens on the sockets, so that suite programs can take the cards over one after the other
// without it noticing more than a cable pulled.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/build.hpp"
#include "framework/lab/console_pump.hpp"
#include "framework/lab/qemu.hpp"
#include "framework/testbed/address.hpp"
#include "framework/testbed/phase_events.hpp"

namespace refrag::lab {

struct WireSpec {
  kernels::KernelBuild kernel;
  Accelerator accelerator = Accelerator::tcg;
  int mtu = 1500;                // bytes of IP, of the cards and the bridge
  std::filesystem::path folder;  // console.log, qemu.log and testbed.json go there
};

class WireMachine {
 public:
  using Booted = std::variant<std::unique_ptr<WireMachine>, testbed::NotUp>;

  // Up and forwarding, and running the kernel that was asked for. Throws Error: usage when this
  // kernel has no card for it, lab when this machine cannot do it at all.
  static Booted boot(const WireSpec& spec, const testbed::PhaseEvents& events,
                     base::Deadline deadline);

  const std::filesystem::path& address() const noexcept { return address_file_; }
  const testbed::Facts& facts() const noexcept { return address_.facts; }

  int death_fd() const noexcept { return pump_->death_fd(); }
  std::string console_tail() const { return pump_->tail(); }

  // Why it is of no use any more: it is dead, or it does not answer while nobody else speaks to it.
  // Nullopt when it is well.
  std::optional<testbed::NotUp> trouble(base::Deadline deadline) const;

 private:
  explicit WireMachine(const WireSpec& spec);
  void start(const WireSpec& spec, base::Deadline deadline);
  std::optional<testbed::NotUp> climb(const WireSpec& spec, const testbed::PhaseEvents& events,
                                      base::Deadline deadline);
  void ask_what_runs(base::Deadline deadline);
  std::string mismatch(const kernels::KernelBuild& asked) const;
  testbed::NotUp failure(const std::string& phase) const;

  base::TempDir sockets_;
  std::filesystem::path address_file_;
  testbed::WireAddress address_;
  std::unique_ptr<ConsolePump> pump_;
};

// The file that QEMU starts: an ELF file by its PVH entry where the kernel has one, which saves
// decompressing it under emulation.
std::filesystem::path wire_kernel(const kernels::KernelBuild& build, base::Deadline deadline);

// The machine as QEMU is told of it; pure but for the choice of the card.
Machine wire_machine(const WireSpec& spec, const testbed::WireAddress& sockets,
                     const std::filesystem::path& kernel, const std::filesystem::path& initramfs);

}  // namespace refrag::lab
