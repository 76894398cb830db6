// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/expand.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <glob.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "framework/kernels/debian.hpp"
#include "framework/kernels/spec.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view replica_mark = "+replica:";
constexpr std::string_view every_build = "/*";

bool is_kernel_folder(const fs::path& folder) {
  return fs::is_directory(folder / "boot") || fs::is_directory(folder / "lib/modules") ||
         fs::is_directory(folder / "usr/lib/modules") ||
         fs::is_regular_file(folder / "arch/x86/boot/bzImage");
}

// What a kernel's build leaves beside its image (headers, debug symbols) is none.
bool is_kernel_package(const std::string& name) {
  if (name.ends_with(".deb")) {
    return name.starts_with("linux-image-") && name.find("-dbg_") == std::string::npos;
  }
  if (name.ends_with(".rpm")) {
    return base::glob_match("kernel-[0-9]*", name) || name.starts_with("kernel-core-");
  }
  return name.find(".tar") != std::string::npos;
}

std::vector<std::string> by_version(std::vector<std::string> paths) {
  std::ranges::sort(paths);
  std::ranges::stable_sort(paths, [](const fs::path& a, const fs::path& b) {
    return base::compare_versions(a.filename().string(), b.filename().string()) < 0;
  });
  return paths;
}

std::vector<std::string> in_folder(const fs::path& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (entry.is_directory() ? is_kernel_folder(entry.path()) : is_kernel_package(name)) {
      found.push_back(entry.path().string());
    }
  }
  return by_version(std::move(found));
}

std::vector<std::string> in_list(const fs::path& file, base::Deadline deadline) {
  std::vector<std::string> found;
  for (const auto& line : base::split(base::read_file(file), '\n')) {
    const auto text = base::trim(std::string_view(line).substr(0, line.find('#')));
    if (text.empty()) continue;
    for (auto& spec : expand(text, deadline)) found.push_back(std::move(spec));
  }
  return found;
}

std::vector<std::string> matching(const std::string& pattern) {
  glob_t matches = {};
  const std::unique_ptr<glob_t, decltype(&::globfree)> freed(&matches, ::globfree);
  std::vector<std::string> found;
  if (::glob(pattern.c_str(), 0, nullptr, &matches) == 0) {
    found.assign(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  }
  return by_version(std::move(found));
}

std::vector<std::string> of_series(std::string_view text, base::Deadline deadline) {
  return builds_of(std::get<DebianSpec>(parse_spec(text).base), deadline);
}

std::vector<std::string> expand_base(std::string_view text, base::Deadline deadline) {
  if (text.starts_with('@')) return in_list(text.substr(1), deadline);
  if (text.starts_with("debian:")) {
    if (!text.ends_with(every_build)) return {std::string(text)};
    return of_series(text.substr(0, text.size() - every_build.size()), deadline);
  }
  const std::string path(text);
  if (fs::is_directory(path) && !is_kernel_folder(path)) return in_folder(path);
  if (path.find_first_of("*?[") != std::string::npos && !fs::exists(path)) return matching(path);
  return {path};
}

}  // namespace

std::vector<std::string> expand(std::string_view text, base::Deadline deadline) {
  const auto mark = std::min(text.rfind(replica_mark), text.size());
  auto specs = expand_base(text.substr(0, mark), deadline);
  if (specs.empty()) {
    throw base::Error(base::Fault::usage, fmt::format("there is no kernel in '{}'", text),
                      "give a list as @FILE, a folder of packages, a glob, or debian:SERIES/*");
  }
  for (auto& spec : specs) spec += text.substr(mark);
  return specs;
}

}  // namespace refrag::kernels
