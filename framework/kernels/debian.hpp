// SPDX-License-Identifier: GPL-2.0-or-later
// Kernels from Debian's archive: the newest build of a series, downloaded and unpacked once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/kernels/apt.hpp"
#include "framework/kernels/spec.hpp"

namespace refrag::kernels {

struct DebianKernel {
  std::filesystem::path root;  // has boot/ and lib/modules/, or usr/lib/modules/
  std::string package;
  std::string version;
};

// What was newest within the last day is used without asking again, unless `refresh`. Throws Error:
// usage when there is no such suite or series, lab when the mirror or the disk fails.
DebianKernel fetch_kernel(const DebianSpec& spec, bool refresh, base::Deadline deadline);

// A spec for each build of the series that the archive has, oldest version first. Throws like
// fetch_kernel.
std::vector<std::string> builds_of(const DebianSpec& spec, base::Deadline deadline);

// What is in the cache, oldest version first.
std::vector<DebianKernel> cached_kernels();

// The regular expression for the packages of a series: 6.1 is neither 6.12 nor 6.1-cloud.
std::string image_pattern(const DebianSpec& spec);

}  // namespace refrag::kernels
