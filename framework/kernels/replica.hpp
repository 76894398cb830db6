// SPDX-License-Identifier: GPL-2.0-or-later
// Bug replicas: an old behaviour brought back on a kernel of today by building one of its modules
// again with a patch (see fixtures/replicas/README.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/kernels/build.hpp"

namespace refrag::kernels {

struct Replica {
  std::string name;
  std::string summary;
  std::string kernels;          // the ones that had the bug: "2.6.17 to 2.6.29"
  std::string folder;           // in the kernel's source: "net/bridge"
  std::string module;           // built there: "br_netfilter"
  std::filesystem::path patch;  // applies with -p1
};

// All of them by name. Throws Error (internal) when one cannot be read.
std::vector<Replica> all_replicas();

// Throws Error (usage) that names the ones there are.
Replica find_replica(const std::string& name);

// Puts the replica that the spec names into the build; builds its module when it is not cached.
// Throws Error: usage when the kernel's source is not in the archive or the patch does not fit it,
// lab when mirror or compiler fail.
void apply_replica(KernelBuild& build, const Spec& spec, base::Deadline deadline);

}  // namespace refrag::kernels
