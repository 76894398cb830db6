// SPDX-License-Identifier: GPL-2.0-or-later
// One kernel to test, opened: its files are on this machine's disk, fit together and are known.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "framework/base/deadline.hpp"
#include "framework/kernels/config.hpp"
#include "framework/kernels/role.hpp"
#include "framework/kernels/spec.hpp"

namespace refrag::kernels {

struct KernelBuild {
  std::string spec;      // as it was asked for
  std::string label;     // for case ids: "6.1.0-56-amd64+vlan-not-refragmented"; no blanks, no [
  std::string release;   // what `uname -r` will say
  std::string package;   // "linux-image-6.1.0-56-amd64"; empty when it is from no package
  std::string version;   // the package's version, else the release: what builds are ordered by
  std::string build_id;  // the kernel's GNU build id in hexadecimal; empty when it cannot be read
  std::string replica;   // the bug replica in it, empty when there is none
  std::filesystem::path image;                             // a bzImage
  std::filesystem::path modules;                           // lib/modules/RELEASE
  std::map<std::string, std::filesystem::path> overrides;  // modules that a replica replaces
  Config config;                                           // empty when it has none
  std::string key;  // SHA-256 of what it is made from; equal keys boot equally
};

struct OpenOptions {
  bool refresh = false;  // ask the mirror for newer builds, whatever is cached
};

// Opens what a spec names; fetches, unpacks and builds what is not in the cache yet. Throws Error:
// usage for what the caller gave wrongly, lab when mirror, compiler or disk fail.
KernelBuild open_kernel(const Spec& spec, base::Deadline deadline, const OpenOptions& options = {});
KernelBuild open_kernel(const std::string& spec, base::Deadline deadline,
                        const OpenOptions& options = {});

// Throws Error (usage) for a spec that is wrong whatever happens later: its grammar, a path where
// nothing is, a replica that does not exist. Opens and downloads nothing.
void require_plausible(const std::string& spec);

// Throws Error (usage) that names the options which this kernel lacks for the role.
void require_role(const KernelBuild& build, Role role);

// The kernel uncompressed (an ELF file), kept in the cache: machines that are emulated boot it
// sooner than a bzImage, which they would have to decompress themselves.
std::filesystem::path uncompressed_image(const KernelBuild& build, base::Deadline deadline);

}  // namespace refrag::kernels
