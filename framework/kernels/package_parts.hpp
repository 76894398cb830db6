// SPDX-License-Identifier: GPL-2.0-or-later
// Kernels that come as several packages: the image in one, the modules in another. Whoever names
// one of them means the kernel; the others are looked for beside it.
#pragma once

#include <filesystem>
#include <vector>

namespace refrag::kernels {

// The package itself, and those beside it that belong to the same build: Debian's and Ubuntu's
// linux-binary-*, linux-modules-* (of the same version), Fedora's kernel-modules-core-* of a
// kernel-core-*. Throws Error (usage) when the package cannot be read.
std::vector<std::filesystem::path> parts_of_package(const std::filesystem::path& package);

}  // namespace refrag::kernels
