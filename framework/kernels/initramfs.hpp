// SPDX-License-Identifier: GPL-2.0-or-later
// The initramfs of a machine under test: a user land that is the same for every kernel, and the
// modules of this one, uncompressed and in load order.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/kernels/build.hpp"

namespace refrag::kernels {

struct InitramfsSpec {
  std::vector<WantedModule> modules = {};
  std::filesystem::path base = {};  // a cpio archive to begin with, e.g. the host image
  // Files of our own: path inside ("/init") -> file here. They keep its permission bits.
  std::map<std::string, std::filesystem::path> files = {};
  bool gzip = false;
  std::vector<WantedModule> later = {};  // loaded after the others, when there is time
};

// Made once for the same inputs and kept in the cache, the same bytes each time. What is added to
// the base: the files, /dev/console, each module as /modules/NAME.ko (without its signature, unless
// the kernel insists on one), and /etc/modules.list, which has "PATH [PARAMETERS]" a line in load
// order; what comes later is in /etc/modules.later. Throws Error: usage when the kernel lacks a
// module, lab when a file cannot be read or written.
std::filesystem::path make_initramfs(const KernelBuild& build, const InitramfsSpec& spec,
                                     base::Deadline deadline);

// Archives one after the other, as the kernel unpacks them: each begins at a multiple of four
// bytes.
std::string joined(std::string base, const std::string& added);

}  // namespace refrag::kernels
