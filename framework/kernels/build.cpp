// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/build.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/archive.hpp"
#include "framework/kernels/bzimage.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/kernels/debian.hpp"
#include "framework/kernels/elf.hpp"
#include "framework/kernels/elf_compact.hpp"
#include "framework/kernels/package_parts.hpp"
#include "framework/kernels/replica.hpp"
#include "framework/kernels/tree.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

namespace {

constexpr std::uint64_t unpacked_size = 1ull << 30;  // a distribution's kernel with room to spare

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

// The build id costs the decompression of the whole kernel, so it is kept by the image's hash.
std::string build_id_of(const fs::path& image, const std::string& hash) {
  const auto kept = kernel_cache() / "build-ids" / hash;
  if (fs::exists(kept)) return base::read_file(kept);
  std::string id;
  try {
    id = elf_build_id(bzimage_payload(base::read_file(image), image.string()));
  } catch (const Error&) {
    // A kernel whose payload we cannot read may boot all the same; it has no id then.
  }
  base::make_folder(kept.parent_path());
  base::write_file(kept, id);
  return id;
}

KernelBuild build_of(const KernelFiles& files, const std::string& identity) {
  KernelBuild build;
  build.release = files.release;
  build.version = files.release;
  build.label = plain_name(files.release);
  build.image = files.image;
  build.modules = files.modules;
  if (!files.config.empty()) build.config = Config::parse(base::read_file(files.config));
  const auto hash = base::sha256_file(files.image);
  build.build_id = build_id_of(files.image, hash);
  build.key = base::sha256(fmt::format("{} {} {}", hash, files.release, identity));
  return build;
}

// A folder's contents may change under the same name: names, sizes and times identify them.
std::string identity_of_folder(const fs::path& folder) {
  std::map<std::string, std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    const bool counts = name.find(".ko") != name.npos || name.starts_with("modules.");
    if (!counts || !entry->is_regular_file(error)) continue;
    files[entry->path().string()] = fmt::format(
        "{} {}", entry->file_size(error), entry->last_write_time(error).time_since_epoch().count());
  }
  std::string text;
  for (const auto& [path, facts] : files) text += fmt::format("{} {}\n", path, facts);
  return base::sha256(text);
}

KernelBuild open_archive(const fs::path& path, base::Deadline deadline) {
  const auto parts = parts_of_package(path);
  auto hash = base::sha256_file(path);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    hash = base::sha256(hash + base::sha256_file(parts[i]));
  }
  const auto root =
      cached_folder(kernel_cache() / "archives" / hash, deadline, [&](const fs::path& tmp) {
        base::require_space(tmp, unpacked_size, "unpacking a kernel");
        for (const auto& part : parts) unpack(part, tmp, is_kernel_part, deadline);
        find_kernel(tmp, path.string());  // what is no kernel is not kept
        base::write_file(tmp / "control", deb_control(path));
      });
  auto build = build_of(find_kernel(root, path.string()), hash);
  const auto control = base::read_file(root / "control");
  build.package = control_field(control, "Package");
  if (!build.package.empty()) build.version = control_field(control, "Version");
  return build;
}

// A package, an archive, or a folder.
void require_there(const PathSpec& spec) {
  std::error_code error;
  const auto status = fs::status(spec.path, error);
  if (fs::is_regular_file(status) || fs::is_directory(status)) return;
  throw Error(Fault::usage,
              fmt::format("there is no kernel at {}: {}", spec.path.string(),
                          error ? error.message() : "it is neither a file nor a folder"),
              "give a .deb, a folder with boot/ and lib/modules/, or debian:SERIES");
}

void require_there(const ImageSpec& spec) {
  std::error_code error;
  if (fs::is_regular_file(spec.image, error)) return;
  throw Error(Fault::usage, fmt::format("there is no kernel image {}", spec.image.string()));
}

void require_there(const DebianSpec& /*spec*/) {}

KernelBuild open_path(const PathSpec& spec, base::Deadline deadline) {
  require_there(spec);
  if (fs::is_regular_file(spec.path)) return open_archive(spec.path, deadline);
  const auto files = find_kernel(fs::canonical(spec.path), spec.path.string());
  return build_of(files, identity_of_folder(files.modules));
}

KernelBuild open_image(const ImageSpec& spec) {
  require_there(spec);
  const auto files =
      find_kernel(fs::absolute(spec.image), fs::absolute(spec.modules), spec.image.string());
  return build_of(files, identity_of_folder(files.modules));
}

KernelBuild open_debian(const DebianSpec& spec, const std::string& text, base::Deadline deadline,
                        const OpenOptions& options) {
  const auto fetched = fetch_kernel(spec, options.refresh, deadline);
  auto build = build_of(find_kernel(fetched.root, text), fetched.root.filename().string());
  build.package = fetched.package;
  build.version = fetched.version;
  return build;
}

}  // namespace

KernelBuild open_kernel(const Spec& spec, base::Deadline deadline, const OpenOptions& options) {
  if (!spec.replica.empty()) find_replica(spec.replica);  // before anything is downloaded
  auto build =
      std::visit(Overloaded{[&](const PathSpec& path) { return open_path(path, deadline); },
                            [&](const ImageSpec& image) { return open_image(image); },
                            [&](const DebianSpec& debian) {
                              return open_debian(debian, spec.text, deadline, options);
                            }},
                 spec.base);
  build.spec = spec.text;
  if (!spec.replica.empty()) apply_replica(build, spec, deadline);
  return build;
}

KernelBuild open_kernel(const std::string& spec, base::Deadline deadline,
                        const OpenOptions& options) {
  return open_kernel(parse_spec(spec), deadline, options);
}

void require_plausible(const std::string& text) {
  const auto spec = parse_spec(text);
  if (!spec.replica.empty()) find_replica(spec.replica);
  std::visit([](const auto& base) { require_there(base); }, spec.base);
}

void require_role(const KernelBuild& build, Role role) {
  const auto missing = missing_for(role, build.config);
  if (missing.empty()) return;
  throw Error(Fault::usage,
              fmt::format("{} cannot be {}: it was built without {}", build.label, name_of(role),
                          fmt::join(missing, ", ")),
              role == Role::dom0
                  ? "Debian's -cloud- kernels have no dom0 support, the plain ones do"
                  : "give a kernel that has them");
}

fs::path uncompressed_image(const KernelBuild& build, base::Deadline deadline) {
  const auto folder = kernel_cache() / "loadable" / base::sha256_file(build.image);
  cached_folder(folder, deadline, [&](const fs::path& tmp) {
    const auto kernel =
        elf_compact(bzimage_payload(base::read_file(build.image), build.image.string()));
    base::require_space(tmp, kernel.size(), "an uncompressed kernel");
    base::write_file(tmp / "vmlinux", kernel);
  });
  return folder / "vmlinux";
}

}  // namespace refrag::kernels
