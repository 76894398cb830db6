// SPDX-License-Identifier: GPL-2.0-or-later
// Debian's linux-kbuild packages hold programs (modpost, objtool) that are linked with the C
// library of their own suite, which may be newer than this machine's. They are made to run with a
// copy of that library.
#pragma once

#include <filesystem>
#include <string>

#include "framework/base/deadline.hpp"

namespace refrag::kernels {

// `root` is a tree of unpacked header packages that will be known as `kept` when it is complete;
// `suite` is where they came from. Does nothing when the programs run as they are. Throws Error
// (lab) when the mirror fails.
void make_tools_run(const std::filesystem::path& root, const std::filesystem::path& kept,
                    const std::string& suite, base::Deadline deadline);

}  // namespace refrag::kernels
