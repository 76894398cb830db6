// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/headers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/log.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/apt.hpp"
#include "framework/kernels/archive.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/kernels/foreign_tools.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

namespace {

constexpr std::uint64_t tree_size = 512u << 20;

// The package in that version, or in any when `version` is empty.
Package require_package(Apt& apt, const std::string& name, const std::string& version,
                        base::Deadline deadline) {
  const auto found = apt.versions_of(name, deadline);
  const auto fits = [&](const Package& package) {
    return version.empty() || package.version == version;
  };
  const auto package = std::ranges::find_if(found, fits);
  if (package != found.end()) return *package;
  throw Error(Fault::usage,
              fmt::format("there is no {} {} in {}, which a replica is built with", name, version,
                          apt.text()),
              "use a build that is still in the archive: --refresh finds the newest");
}

// linux-headers-REL, and what it needs of its kind: -common and linux-kbuild-X.Y.
std::vector<Package> header_packages(const KernelBuild& build, Apt& apt, base::Deadline deadline) {
  const auto main = require_package(apt, "linux-headers-" + build.release, build.version, deadline);
  std::vector<Package> packages{main};
  for (const auto& name : main.depends) {
    if (!name.starts_with("linux-headers-") && !name.starts_with("linux-kbuild-")) continue;
    const bool pinned = std::ranges::count(main.pinned, name) > 0;
    packages.push_back(require_package(apt, name, pinned ? build.version : "", deadline));
  }
  return packages;
}

bool is_header_part(std::string_view path) {
  return path.starts_with("usr/src/") || path.starts_with("usr/lib/linux-kbuild");
}

// Debian's headers name each other relatively, but for one or two lines of this file.
void make_relocatable(const fs::path& root, const fs::path& headers) {
  const std::string installed = "/usr/src/";
  const auto here = (root / "usr/src/").string();
  auto makefile = base::read_file(headers / "Makefile");
  for (auto at = makefile.find(installed); at != std::string::npos;
       at = makefile.find(installed, at + here.size())) {
    makefile.replace(at, installed.size(), here);
  }
  base::write_file(headers / "Makefile", makefile);
}

std::string tree_name(const KernelBuild& build) {
  return plain_name(fmt::format("{}_{}", build.release, build.version));
}

fs::path fetch_headers(const KernelBuild& build, const std::string& suite, Apt& apt,
                       base::Deadline deadline) {
  const auto kept = kernel_cache() / "headers" / tree_name(build);
  const auto headers = fs::path("usr/src") / ("linux-headers-" + build.release);
  cached_folder(kept, deadline, [&](const fs::path& tmp) {
    base::require_space(tmp, tree_size, "a kernel's headers");
    const auto downloads = tmp / "downloads";
    for (const auto& package : header_packages(build, apt, deadline)) {
      const auto deb = apt.download(package.name, package.version, downloads, deadline);
      unpack(deb, tmp, is_header_part, deadline);
    }
    fs::remove_all(downloads);
    make_relocatable(kept, tmp / headers);
    make_tools_run(tmp, kept, suite, deadline);
  });
  return kept / headers;
}

// "6.1" of "6.1.192-2"
std::string series_of(const std::string& version) {
  const auto numbers = base::split(version, '.');
  return numbers.size() < 2 ? version : numbers[0] + "." + numbers[1];
}

fs::path fetch_source(const KernelBuild& build, const std::string& folder, Apt& apt,
                      base::Deadline deadline) {
  const auto kept = kernel_cache() / "source" / plain_name(build.version + "_" + folder);
  return cached_folder(kept, deadline, [&](const fs::path& tmp) {
    const auto name = "linux-source-" + series_of(build.version);
    const auto package = require_package(apt, name, build.version, deadline);
    base::require_space(tmp, tree_size, "a kernel's source");
    const auto downloads = tmp / "downloads";
    const auto deb = apt.download(name, package.version, downloads, deadline);
    base::status(fmt::format("unpacking {} of {}", folder, name));
    const auto wanted = [prefix = name + "/", inside = folder + "/"](std::string_view path) {
      return path.starts_with(prefix) && path.substr(prefix.size()).starts_with(inside);
    };
    unpack_inner(deb, name + ".tar.xz", tmp, wanted, deadline);
    fs::rename(tmp / name / fs::path(folder).begin()->string(), tmp / *fs::path(folder).begin());
    fs::remove(tmp / name);
    fs::remove_all(downloads);
  });
}

}  // namespace

BuildTree fetch_build_tree(const KernelBuild& build, const std::string& suite,
                           const std::string& folder, base::Deadline deadline) {
  const FileLock lock(kernel_cache() / "apt" / ".lock", deadline);
  Apt apt(suite);
  apt.update_if_old(deadline);
  return {fetch_headers(build, suite, apt, deadline), fetch_source(build, folder, apt, deadline)};
}

}  // namespace refrag::kernels
