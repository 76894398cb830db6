// SPDX-License-Identifier: GPL-2.0-or-later
// QEMU's command line as a pure function of what the machine is to be.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace refrag::lab {

enum class Accelerator { tcg, kvm };

struct Machine {
  Accelerator accelerator = Accelerator::tcg;
  std::string board = "pc";
  int memory_mib = 256;
  int cpus = 2;
  std::string cpu = "Nehalem,+rdrand";
  std::filesystem::path kernel;       // what QEMU starts: a bzImage, or a multiboot ELF (Xen)
  std::string kernel_arguments = {};  // its command line
  std::string initrd = {};  // a file; or for multiboot "FILE ARGS,FILE ..." (see module())
  std::vector<std::string> more = {};  // netdevs and devices
};

// A file and its arguments as one multiboot module of `initrd`; commas are doubled as QEMU wants
// it.
std::string module(const std::filesystem::path& file, const std::string& arguments = {});

// Console on stdout, nothing on stdin, no display, no default devices, ends on a reset.
std::vector<std::string> command_line(const Machine& machine);

}  // namespace refrag::lab
