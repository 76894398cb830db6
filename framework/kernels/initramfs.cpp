// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/initramfs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/kernels/cpio.hpp"
#include "framework/kernels/modules.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;

namespace {

constexpr int layout = 3;  // to be raised when what we add to the base changes

unsigned mode_of(const fs::path& file) {
  return static_cast<unsigned>(fs::status(file).permissions() & fs::perms::all);
}

std::vector<WantedModule> all_modules(const InitramfsSpec& spec) {
  auto all = spec.modules;
  all.insert(all.end(), spec.later.begin(), spec.later.end());
  return all;
}

std::string key_of(const KernelBuild& build, const InitramfsSpec& spec) {
  auto text = fmt::format("{} {} {}\n", layout, build.key, spec.gzip);
  for (const auto* modules : {&spec.modules, &spec.later}) {
    for (const auto& module : *modules) {
      text += fmt::format("{} {} {}\n", module.name, module.optional, module.parameters);
    }
    text += "later\n";
  }
  if (!spec.base.empty()) text += base::sha256_file(spec.base) + "\n";
  for (const auto& [path, file] : spec.files) {
    text += fmt::format("{} {} {:o}\n", path, base::sha256_file(file), mode_of(file));
  }
  return base::sha256(text);
}

LoadOrder modules_of(const KernelBuild& build, const std::vector<WantedModule>& wanted) {
  auto order = ModuleTree(build.modules, build.overrides).load_order(wanted);
  if (order.missing.empty()) return order;
  throw base::Error(base::Fault::usage,
                    fmt::format("{} has no module {}", build.label, fmt::join(order.missing, ", ")),
                    "give a kernel that was built with it");
}

std::string archive_of(const KernelBuild& build, const InitramfsSpec& spec) {
  CpioWriter writer;
  writer.character_device("/dev/console", 5, 1);
  for (const auto& [path, file] : spec.files) {
    writer.file(path, base::read_file(file), mode_of(file));
  }
  const bool must_be_signed = build.config.has("MODULE_SIG_FORCE");
  const auto first = modules_of(build, spec.modules).modules.size();
  std::string now, later;
  std::size_t written = 0;
  for (const auto& module : modules_of(build, all_modules(spec)).modules) {
    const auto path = fmt::format("/modules/{}.ko", module.name);
    writer.file(path, must_be_signed ? module.data : without_signature(module.data), 0644);
    (written++ < first ? now : later) +=
        path + (module.parameters.empty() ? "" : " ") + module.parameters + "\n";
  }
  writer.file("/etc/modules.list", now, 0644);
  if (!spec.later.empty()) writer.file("/etc/modules.later", later, 0644);
  return writer.finish();
}

}  // namespace

std::string joined(std::string base, const std::string& added) {
  base.resize((base.size() + 3) & ~std::size_t{3}, '\0');
  return base + added;
}

fs::path make_initramfs(const KernelBuild& build, const InitramfsSpec& spec,
                        base::Deadline deadline) {
  const auto folder = kernel_cache() / "initramfs" / key_of(build, spec);
  cached_folder(folder, deadline, [&](const fs::path& tmp) {
    auto bytes = archive_of(build, spec);
    if (!spec.base.empty()) bytes = joined(base::read_file(spec.base), bytes);
    base::require_space(tmp, bytes.size(), "an initramfs");
    base::write_file(tmp / "initramfs", spec.gzip ? gzip(bytes) : bytes);
  });
  return folder / "initramfs";
}

}  // namespace refrag::kernels
