// SPDX-License-Identifier: GPL-2.0-or-later
// Finding the one kernel in a folder, whichever way its files were laid out.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace refrag::kernels {

struct KernelFiles {
  std::filesystem::path image;    // a bzImage
  std::filesystem::path modules;  // lib/modules/RELEASE, or a build tree
  std::filesystem::path config;   // empty when there is none
  std::string release;            // as the image, the folder and a module's vermagic all say
};

// `root` has boot/ and lib/modules/ or usr/lib/modules/ (the image may be among the modules), or is
// where a kernel was built (arch/x86/boot/bzImage, modules where they were compiled).
// Throws Error (usage) when there is no kernel, more than one, or the parts do not fit together.
// `name` is for the message.
KernelFiles find_kernel(const std::filesystem::path& root, std::string_view name);

// An image with a lib/modules/RELEASE, or a root that has one.
KernelFiles find_kernel(const std::filesystem::path& image, const std::filesystem::path& modules,
                        std::string_view name);

// Whether a file of a package or archive is a part of the kernel in find_kernel's sense. What a
// package says about itself and the links to its build tree are not.
bool is_kernel_part(std::string_view path);

}  // namespace refrag::kernels
