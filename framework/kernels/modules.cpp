// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/modules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/archive.hpp"
#include "framework/kernels/elf.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t module_limit = 256u << 20;

std::string underscored(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '-', '_');
  return text;
}

bool is_module_file(std::string_view name) {
  return name.ends_with(".ko") || name.find(".ko.") != std::string_view::npos;
}

// Until `visit(name, file)` has seen enough and says so with false.
template <class Visit>
void for_each_module(const fs::path& folder, Visit&& visit) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (is_module_file(name) && !visit(module_name(name), entry->path())) return;
  }
  if (error) {
    throw base::Error(base::Fault::usage, fmt::format("cannot read the modules in {}: {}",
                                                      folder.string(), error.message()));
  }
}

}  // namespace

std::string module_name(std::string_view file) {
  file.remove_prefix(file.rfind('/') + 1);
  return underscored(file.substr(0, file.find(".ko")));
}

std::string read_module(const fs::path& file) {
  auto data = base::read_file(file, module_limit);
  return file.extension() == ".ko" ? data : decompress(data, module_limit);
}

std::string any_vermagic(const fs::path& folder) {
  std::string vermagic;
  for_each_module(folder, [&](const std::string&, const fs::path& file) {
    const auto info = module_info(read_module(file));
    if (info) vermagic = info->vermagic;
    return vermagic.empty();
  });
  return vermagic;
}

// Linux' struct module_signature: the signature, these twelve bytes, the marker.
std::string_view without_signature(std::string_view module) {
  constexpr std::string_view marker = "~Module signature appended~\n";
  constexpr std::size_t trailer = 12;  // the length of the signature is its last four, big endian
  if (!module.ends_with(marker)) return module;
  const auto rest = module.substr(0, module.size() - marker.size());
  if (rest.size() < trailer) return module;
  std::size_t length = 0;
  for (const char c : rest.substr(rest.size() - 4)) length = length << 8 | (c & 0xffu);
  return length + trailer <= rest.size() ? rest.substr(0, rest.size() - trailer - length) : module;
}

ModuleTree::ModuleTree(const fs::path& folder, const std::map<std::string, fs::path>& overrides) {
  for_each_module(folder, [&](const std::string& name, const fs::path& file) {
    files_.emplace(name, file);
    return true;
  });
  for (const auto& [name, file] : overrides) files_[underscored(name)] = file;
  if (fs::exists(folder / "modules.builtin")) {
    for (const auto& line : base::split(base::read_file(folder / "modules.builtin"), '\n')) {
      built_in_.insert(module_name(line));
    }
  }
}

fs::path ModuleTree::file_of(std::string_view name) const {
  const auto found = files_.find(underscored(name));
  return found != files_.end() ? found->second : fs::path();
}

bool ModuleTree::is_built_in(std::string_view name) const {
  return built_in_.contains(underscored(name));
}

// Soft dependencies on ciphers and checksums name the algorithm ("crc32c", "crypto-crc32c"); its
// plain implementation is called NAME_generic.
std::string ModuleTree::resolve(const std::string& name) const {
  if (files_.contains(name)) return name;
  const auto bare = name.starts_with("crypto_") ? name.substr(7) : name;
  const auto generic = bare + "_generic";
  return files_.contains(generic) ? generic : bare;
}

struct ModuleTree::Walk {
  std::map<std::string, std::string> parameters;
  LoadOrder order;
  std::set<std::string> seen;
};

void ModuleTree::visit(Walk& walk, const WantedModule& wanted) const {
  base::throw_if_stopped();
  const auto name = resolve(underscored(wanted.name));
  if (!walk.seen.insert(name).second) return;
  const auto found = files_.find(name);
  if (found == files_.end()) {
    if (!wanted.optional && !is_built_in(name)) walk.order.missing.push_back(name);
    return;
  }
  auto data = read_module(found->second);
  const auto info = module_info(data);
  if (!info) {
    throw base::Error(base::Fault::usage,
                      fmt::format("{} is no module for x86-64", found->second.string()));
  }
  for (const auto& soft : info->softdeps) visit(walk, {soft, true});
  for (const auto& needed : info->depends) visit(walk, {needed});
  walk.order.modules.push_back({name, std::move(data), walk.parameters[name]});
}

LoadOrder ModuleTree::load_order(const std::vector<WantedModule>& wanted) const {
  Walk walk;
  for (const auto& module : wanted) walk.parameters[underscored(module.name)] = module.parameters;
  for (const auto& module : wanted) visit(walk, module);
  return std::move(walk.order);
}

}  // namespace refrag::kernels
