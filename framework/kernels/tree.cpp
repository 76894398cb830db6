// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/tree.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/bzimage.hpp"
#include "framework/kernels/elf.hpp"
#include "framework/kernels/modules.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(std::string_view name, const std::string& why, const std::string& next) {
  throw base::Error(base::Fault::usage, fmt::format("{} {}", name, why), next);
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    entries.push_back(entry->path());
  }
  std::ranges::sort(entries);
  return entries;
}

bool is_image_name(const std::string& name) {
  return name.starts_with("vmlinuz") || name.starts_with("bzImage");
}

std::string release_of(const fs::path& image) {
  return bzimage_release(base::read_start(image, bzimage_head), image.string());
}

// Every folder below lib/modules that has modules in it.
std::vector<fs::path> module_folders(const fs::path& root) {
  std::vector<fs::path> folders;
  for (const auto* parent : {"lib/modules", "usr/lib/modules"}) {
    if (fs::is_symlink(root / "lib") && std::string_view(parent).starts_with("lib")) continue;
    for (const auto& folder : entries_of(root / parent)) {
      if (fs::is_directory(folder / "kernel") || fs::exists(folder / "modules.builtin")) {
        folders.push_back(folder);
      }
    }
  }
  return folders;
}

fs::path first_existing(const std::vector<fs::path>& candidates) {
  const auto found = std::ranges::find_if(
      candidates, [](const fs::path& path) { return fs::is_regular_file(path); });
  return found != candidates.end() ? *found : fs::path();
}

void require_vermagic(const KernelFiles& files, std::string_view name) {
  const auto vermagic = any_vermagic(files.modules);
  if (vermagic.empty()) return;
  const auto release = vermagic.substr(0, vermagic.find(' '));
  if (release == files.release) return;
  refuse(name,
         fmt::format("has an image of release {} and modules of release {}", files.release,
                     base::printable(release)),
         "install the image and the modules of the same build");
}

void require_release(const KernelFiles& files, std::string_view name) {
  const auto folder = files.modules.filename().string();
  if (folder == files.release) return require_vermagic(files, name);
  refuse(name,
         fmt::format("has an image of release {} and modules in {}", files.release,
                     files.modules.string()),
         "give the modules folder of that release");
}

constexpr const char* built_image = "arch/x86/boot/bzImage";

KernelFiles find_built(const fs::path& tree, std::string_view name) {
  KernelFiles files{tree / built_image, tree, tree / ".config", release_of(tree / built_image)};
  if (!fs::is_regular_file(files.config)) files.config.clear();
  const auto release_file = tree / "include/config/kernel.release";
  if (fs::is_regular_file(release_file)) {
    const auto configured = base::read_file(release_file, 4096);
    if (base::trim(configured) != files.release) {
      refuse(name,
             fmt::format("has an image of release {} and is configured for {}", files.release,
                         base::printable(base::trim(configured))),
             "build it again: make bzImage modules");
    }
  }
  require_vermagic(files, name);
  return files;
}

}  // namespace

KernelFiles find_kernel(const fs::path& root, std::string_view name) {
  if (fs::is_regular_file(root / built_image)) return find_built(root, name);
  const auto folders = module_folders(root);
  std::vector<fs::path> images;
  for (const auto& folder : folders) images.push_back(folder / "vmlinuz");
  for (const auto& file : entries_of(root / "boot")) {
    if (is_image_name(file.filename().string())) images.push_back(file);
  }
  std::erase_if(images, [](const fs::path& path) { return !fs::is_regular_file(path); });
  if (images.empty()) refuse(name, "holds no kernel image", "give a package with boot/vmlinuz-*");
  if (folders.empty()) refuse(name, "holds no modules", "give a package with lib/modules/RELEASE");
  std::set<std::string> releases;
  for (const auto& image : images) releases.insert(release_of(image));
  if (releases.size() > 1 || folders.size() > 1) {
    std::vector<std::string> all(releases.begin(), releases.end());
    for (const auto& folder : folders) all.push_back(folder.filename().string());
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    refuse(name, fmt::format("holds more than one kernel: {}", fmt::join(all, ", ")),
           "give IMAGE,modules=FOLDER instead");
  }
  return find_kernel(images.front(), folders.front(), name);
}

KernelFiles find_kernel(const fs::path& image, const fs::path& modules, std::string_view name) {
  KernelFiles files{image, modules, {}, release_of(image)};
  const auto& release = files.release;
  for (const auto* parent : {"lib/modules", "usr/lib/modules"}) {
    if (fs::is_directory(modules / parent / release)) files.modules = modules / parent / release;
  }
  if (!fs::is_directory(files.modules)) {
    refuse(name, fmt::format("has no modules folder {}", modules.string()),
           "give the folder that `make modules_install` made");
  }
  const auto beside = image.parent_path();
  files.config = first_existing(
      {beside / ("config-" + release), files.modules / "config",
       files.modules.parent_path().parent_path().parent_path() / "boot" / ("config-" + release),
       beside / "config", beside / "../../../.config"});
  require_release(files, name);
  return files;
}

bool is_kernel_part(std::string_view path) {
  if (path.starts_with("usr/lib/modules/")) path.remove_prefix(4);
  if (path.starts_with("lib/modules/"))
    return !path.ends_with("/build") && !path.ends_with("/source");
  return path.starts_with("boot/");
}

}  // namespace refrag::kernels
