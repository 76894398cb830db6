// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/accelerator.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/log.hpp"
#include "framework/base/process.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/initramfs.hpp"
#include "framework/lab/images.hpp"

namespace refrag::lab {

namespace fs = std::filesystem;
using base::Deadline;

namespace {

// With KVM it takes about two seconds; a machine that needs longer is no better off than with TCG.
constexpr auto probe_time = base::seconds(12);

constexpr std::string_view probe_mark = "refrag: init ";

fs::path probe_initramfs(const kernels::KernelBuild& small, Deadline deadline) {
  return kernels::make_initramfs(small, {.files = {{"/init", machine_program("boot")}}}, deadline);
}

Machine probe_machine(const kernels::KernelBuild& small, Deadline deadline) {
  Machine machine;
  machine.accelerator = Accelerator::kvm;
  machine.kernel = small.image;
  machine.kernel_arguments = "console=ttyS0 quiet panic=-1 refrag.stop=boot";
  machine.initrd = module(probe_initramfs(small, deadline));
  return machine;
}

bool boots_with_kvm(Deadline deadline) {
  const auto small = kernels::open_kernel(default_guest_kernel, deadline);
  const auto ran = base::run({.argv = command_line(probe_machine(small, deadline))},
                             deadline.sooner(probe_time), 1u << 20);
  return ran.ok() && ran.out.find(probe_mark) != std::string::npos;
}

// A machine that has none is not asked, and nobody is told.
bool has_kvm() { return ::access("/dev/kvm", R_OK | W_OK) == 0; }

std::string read_if_there(const fs::path& file) {
  return fs::exists(file) ? base::read_file(file, 4096) : std::string();
}

}  // namespace

std::string_view to_text(Accelerator accelerator) {
  return accelerator == Accelerator::kvm ? "kvm" : "tcg";
}

std::string kept_answer(std::string_view boot_id, Accelerator answer) {
  return fmt::format("{} {}\n", boot_id, to_text(answer));
}

std::optional<Accelerator> answer_for(std::string_view boot_id, std::string_view kept) {
  for (const auto answer : {Accelerator::kvm, Accelerator::tcg}) {
    if (!boot_id.empty() && kept == kept_answer(boot_id, answer)) return answer;
  }
  return std::nullopt;
}

Accelerator find_accelerator(Deadline deadline) {
  if (!has_kvm()) return Accelerator::tcg;
  const auto file = base::cache_folder() / "accelerator";
  const auto read = base::read_file("/proc/sys/kernel/random/boot_id", 4096);
  const auto boot_id = base::trim(read);
  if (const auto known = answer_for(boot_id, read_if_there(file))) return *known;
  base::say("trying whether QEMU can use KVM here");
  const auto answer = boots_with_kvm(deadline) ? Accelerator::kvm : Accelerator::tcg;
  base::say(answer == Accelerator::kvm ? "it can" : "it cannot: everything is emulated");
  base::make_folder(file.parent_path(), true);
  base::write_file(file, kept_answer(boot_id, answer));
  return answer;
}

}  // namespace refrag::lab
