// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/package_parts.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "framework/kernels/apt.hpp"
#include "framework/kernels/archive.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;

namespace {

// "linux-image-unsigned-6.8.0-40-generic" is about "6.8.0-40-generic".
std::string release_in(std::string_view package) {
  for (const std::string_view kind :
       {"linux-image-unsigned-", "linux-image-", "linux-binary-", "linux-modules-"}) {
    if (package.starts_with(kind)) return std::string(package.substr(kind.size()));
  }
  return {};
}

std::set<std::string> names_beside(const Package& package) {
  std::set<std::string> names;
  for (const auto& name : package.pinned) {
    if (name.starts_with("linux-")) names.insert(name);
  }
  if (const auto release = release_in(package.name); !release.empty()) {
    for (const auto* kind : {"linux-image-unsigned-", "linux-binary-", "linux-modules-"}) {
      names.insert(kind + release);
    }
  }
  names.erase(package.name);
  return names;
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

std::vector<fs::path> debs_beside(const fs::path& file) {
  const auto package = parse_stanza(deb_control(file));
  const auto names = names_beside(package);
  std::vector<fs::path> found;
  if (names.empty()) return found;
  for (const auto& entry : fs::directory_iterator(folder_of(file))) {
    const auto name = entry.path().filename().string();
    const auto end = name.find('_');
    if (!name.ends_with(".deb") || !names.contains(name.substr(0, end))) continue;
    const auto control = deb_control(entry.path());
    if (control_field(control, "Version") == package.version) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<fs::path> rpms_beside(const fs::path& file) {
  constexpr std::string_view core = "kernel-core-";
  const auto name = file.filename().string();
  std::vector<fs::path> found;
  if (!name.starts_with(core)) return found;
  for (const auto* kind : {"kernel-modules-core-", "kernel-modules-"}) {
    const auto beside = folder_of(file) / (kind + name.substr(core.size()));
    if (fs::is_regular_file(beside)) found.push_back(beside);
  }
  return found;
}

}  // namespace

std::vector<fs::path> parts_of_package(const fs::path& package) {
  auto parts = package.extension() == ".rpm" ? rpms_beside(package) : debs_beside(package);
  parts.insert(parts.begin(), package);
  return parts;
}

}  // namespace refrag::kernels
