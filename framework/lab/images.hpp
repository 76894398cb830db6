// SPDX-License-Identifier: GPL-2.0-or-later
// What machines are made of beside the kernel under test: made from Debian packages and our own
// programs, kept in the cache by what they are made from.
#pragma once

#include <filesystem>
#include <string>

#include "framework/base/deadline.hpp"
#include "framework/kernels/build.hpp"

namespace refrag::lab {

// A program of ours for the inside of machines (static): "agent", "boot". Beside the runner, or in
// $REFRAG_MACHINES. Throws Error (lab) when it is not there.
std::filesystem::path machine_program(const std::string& name);

// dom0's user land and the hypervisor, made by vm-images/host/build; made anew when a file in
// vm-images/host changes.
struct HostImage {
  std::filesystem::path cpio;  // with zeros behind it: as a card's memory, a power of two of bytes
  std::filesystem::path xen;   // multiboot ELF
  std::string key;
};
HostImage host_image(base::Deadline deadline);

// A guest: kernel and an initramfs with the agent and nothing else.
struct GuestImage {
  kernels::KernelBuild build;
  std::filesystem::path kernel;     // ELF, uncompressed
  std::filesystem::path initramfs;  // cpio
  std::string key;
};

// spec: see kernels/spec.hpp. Throws Error (usage) when that kernel cannot be such a guest.
GuestImage guest_image(const std::string& spec, base::Deadline deadline,
                       kernels::Role role = kernels::Role::guest);

// Where a host has the guest's files, and a cpio archive that puts them there (a power of two of
// bytes).
inline constexpr const char* guest_kernel_path = "/guest/vmlinux";
inline constexpr const char* guest_initramfs_path = "/guest/initramfs";
std::filesystem::path guest_archive(const GuestImage& guest, base::Deadline deadline);

// The guests' kernel when none is asked for: Debian's small one, which boots soonest.
inline constexpr const char* default_guest_kernel = "debian:6.1-cloud";

}  // namespace refrag::lab
