// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/images.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/installation.hpp"
#include "framework/base/log.hpp"
#include "framework/base/process.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/kernels/cpio.hpp"
#include "framework/kernels/initramfs.hpp"

namespace refrag::lab {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

namespace {

// Installed programs know where their data is; those of a build folder know the source.
fs::path recipes() {
  const char* given = ::getenv("REFRAG_VM_IMAGES");
  return given != nullptr ? fs::path(given) : base::data("vm-images", REFRAG_VM_IMAGES);
}

std::string key_of_folder(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::string text;
  for (const auto& file : files) {
    text +=
        fmt::format("{} {}\n", file.lexically_relative(folder).string(), base::sha256_file(file));
  }
  return base::sha256(text);
}

// A card's memory has a power of two of bytes; what is added takes no room on the disk.
void make_card(const fs::path& archive) {
  fs::resize_file(archive, std::bit_ceil(fs::file_size(archive)));
}

}  // namespace

fs::path machine_program(const std::string& name) {
  const char* given = ::getenv("REFRAG_MACHINES");
  const auto folder = given ? fs::path(given) : base::program_folder();
  auto program = folder / name;
  if (::access(program.c_str(), X_OK) == 0) return program;
  throw Error(Fault::lab, fmt::format("{} is missing", program.string()),
              "build it: cmake --build --preset release");
}

HostImage host_image(base::Deadline deadline) {
  const auto recipe = recipes() / "host";
  const auto key = key_of_folder(recipe);
  const auto folder = base::cache_folder() / "host-image" / key.substr(0, 16);
  kernels::cached_folder(folder, deadline, [&](const fs::path& tmp) {
    base::say("making the host image (once, less than a minute)");
    base::make_folder(tmp / "work");
    base::doing("making the host image", [&] {
      base::run_ok({.argv = {(recipe / "build").string(), (tmp / "image").string()},
                    .environment = {{"TMPDIR", (tmp / "work").string()}}},
                   deadline);
    });
    fs::remove_all(tmp / "work");
    make_card(tmp / "image" / "host.cpio");
  });
  return {folder / "image" / "host.cpio", folder / "image" / "xen", key};
}

GuestImage guest_image(const std::string& spec, base::Deadline deadline, kernels::Role role) {
  GuestImage image;
  image.build = kernels::open_kernel(spec, deadline);
  kernels::require_role(image.build, role);
  image.kernel = kernels::uncompressed_image(image.build, deadline);
  const kernels::InitramfsSpec inside{.modules = kernels::modules_for(role),
                                      .files = {{"/init", machine_program("agent")}},
                                      .later = kernels::modules_later_for(role)};
  image.initramfs = kernels::make_initramfs(image.build, inside, deadline);
  image.key = base::sha256(image.kernel.string() + " " + image.initramfs.string());
  return image;
}

// Both files lie in folders that are named by what they were made from.
fs::path guest_archive(const GuestImage& guest, base::Deadline deadline) {
  const auto key = base::sha256("card " + guest.kernel.string() + " " + guest.initramfs.string());
  const auto folder = base::cache_folder() / "guest-image" / key.substr(0, 16);
  return kernels::cached_folder(
             folder, deadline,
             [&](const fs::path& tmp) {
               kernels::CpioWriter writer;
               writer.file(guest_kernel_path, base::read_file(guest.kernel), 0644);
               writer.file(guest_initramfs_path, base::read_file(guest.initramfs), 0644);
               base::write_file(tmp / "guest.cpio", writer.finish());
               make_card(tmp / "guest.cpio");
             }) /
         "guest.cpio";
}

}  // namespace refrag::lab
