// SPDX-License-Identifier: GPL-2.0-or-later
// What is needed to build one module of a kernel from Debian's archive: the headers package of
// exactly that build and one folder of exactly that source, in our cache, not installed.
#pragma once

#include <filesystem>
#include <string>

#include "framework/base/deadline.hpp"
#include "framework/kernels/build.hpp"

namespace refrag::kernels {

struct BuildTree {
  std::filesystem::path headers;  // for `make -C`
  std::filesystem::path source;   // has e.g. net/bridge
};

// `suite` is where the kernel came from, empty for this machine's own. Throws Error: usage when the
// archive does not have them in that version, lab when the mirror fails.
BuildTree fetch_build_tree(const KernelBuild& build, const std::string& suite,
                           const std::string& folder, base::Deadline deadline);

}  // namespace refrag::kernels
