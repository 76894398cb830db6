// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/replica.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/installation.hpp"
#include "framework/base/log.hpp"
#include "framework/base/process.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/kernels/elf.hpp"
#include "framework/kernels/headers.hpp"
#include "framework/kernels/modules.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

namespace {

Replica read_replica(const fs::path& folder) {
  const auto file = folder / "replica.toml";
  try {
    const auto table = toml::parse_file(file.string());
    const auto text = [&](std::string_view key) { return table[key].value_or(std::string()); };
    return {folder.filename().string(),
            text("summary"),
            text("kernels"),
            text("folder"),
            text("module"),
            folder / "replica.patch"};
  } catch (const toml::parse_error& error) {
    throw Error(Fault::internal, fmt::format("{}: {}", file.string(), error.description()));
  }
}

std::string suite_of(const Spec& spec) {
  const auto* debian = std::get_if<DebianSpec>(&spec.base);
  return debian != nullptr ? debian->suite : std::string();
}

void patch_source(const Replica& replica, const KernelBuild& build, const fs::path& root,
                  base::Deadline deadline) {
  const base::Command command{
      {"patch", "-p1", "--batch", "--forward", "--silent", "-i", replica.patch.string()}, root};
  const auto output = base::run(command, deadline);
  if (output.ok()) return;
  throw Error(Fault::usage,
              fmt::format("replica {} does not fit the source of {}: {}", replica.name,
                          build.version, base::last_lines(output.out + output.err, 2)),
              "use it with another series");
}

// What make said first is the cause; the rest is make on its way out.
std::string first_error(const base::Output& output) {
  if (output.timed_out) return "make did not end in time";
  for (const auto& line : base::split(output.err, '\n')) {
    if (line.find("rror") != std::string::npos || line.find("not found") != std::string::npos) {
      return line;
    }
  }
  return base::last_lines(output.err, 2);
}

// <net/netfilter/br_netfilter.h> includes "../../../net/bridge/br_private.h", which Debian's
// headers lack: the compiler looks for it from every include folder, so it gets one three levels
// down.
fs::path make_include_folder(const fs::path& root) {
  const auto folder = root / "include" / "for" / "private";
  base::make_folder(folder);
  return folder;
}

// Kbuild reads variables from the environment, so those that would change the result are emptied.
// On the command line they go before the kernel's configuration: types for debuggers are not needed
// (and their tool is rarely installed), and an older compiler aligns functions by its older option.
void compile(const Replica& replica, const BuildTree& tree, const fs::path& root,
             base::Deadline deadline) {
  const auto folder = root / replica.folder;
  const auto module = replica.module + ".ko";
  base::Command make{
      {"make", "-s", "-C", tree.headers.string(), "M=" + folder.string(), "CC=gcc", "HOSTCC=gcc",
       "KCPPFLAGS=-I" + make_include_folder(root).string(),
       "CONFIG_DEBUG_INFO_BTF_MODULES=", "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=", module}};
  for (const auto* name : {"MAKEFLAGS", "KBUILD_OUTPUT", "KCFLAGS", "CROSS_COMPILE", "V"}) {
    make.environment[name] = "";
  }
  const auto output = base::run(make, deadline);
  if (!output.ok() || !fs::exists(folder / module)) {
    throw Error(Fault::lab,
                fmt::format("cannot build {} for replica {}: {}", module, replica.name,
                            first_error(output)),
                "are gcc, make and libelf1 installed?");
  }
  base::run_ok({{"strip", "--strip-debug", (folder / module).string()}}, deadline);
}

// The kernel would refuse a module whose vermagic is not its own.
void require_same_vermagic(const KernelBuild& build, const fs::path& built) {
  const auto stock = ModuleTree(build.modules).file_of(module_name(built.string()));
  if (stock.empty()) {
    throw Error(Fault::usage, fmt::format("{} has no module {} that a replica could replace",
                                          build.label, built.stem().string()));
  }
  const auto ours = module_info(read_module(built));
  const auto theirs = module_info(read_module(stock));
  if (ours && theirs && ours->vermagic == theirs->vermagic) return;
  throw Error(Fault::lab, fmt::format("{} was built for '{}', the kernel's own for '{}'",
                                      built.filename().string(), ours ? ours->vermagic : "",
                                      theirs ? theirs->vermagic : ""));
}

// Into `result`, a folder that is kept.
void build_module(const Replica& replica, const KernelBuild& build, const Spec& spec,
                  const fs::path& result, base::Deadline deadline) {
  const auto tree = fetch_build_tree(build, suite_of(spec), replica.folder, deadline);
  base::status(fmt::format("building replica {} for {}", replica.name, build.label));
  const base::TempDir work("replica");
  fs::copy(tree.source, work.path(), fs::copy_options::recursive);
  patch_source(replica, build, work.path(), deadline);
  compile(replica, tree, work.path(), deadline);
  const auto module = replica.module + ".ko";
  fs::copy_file(work.path() / replica.folder / module, result / module);
  require_same_vermagic(build, result / module);
}

}  // namespace

std::vector<Replica> all_replicas() {
  std::vector<Replica> replicas;
  std::error_code error;
  const auto folder = base::data("fixtures/replicas", REFRAG_REPLICAS);
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (fs::exists(entry.path() / "replica.toml")) replicas.push_back(read_replica(entry.path()));
  }
  std::ranges::sort(replicas, {}, &Replica::name);
  return replicas;
}

Replica find_replica(const std::string& name) {
  std::vector<std::string> names;
  for (auto& replica : all_replicas()) {
    if (replica.name == name) return replica;
    names.push_back(replica.name);
  }
  throw Error(Fault::usage, fmt::format("there is no replica '{}'", name),
              fmt::format("there is {}", fmt::join(names, ", ")));
}

void apply_replica(KernelBuild& build, const Spec& spec, base::Deadline deadline) {
  const auto replica = find_replica(spec.replica);
  const auto hash = base::sha256(build.key + base::sha256_file(replica.patch) + replica.module);
  const auto folder = kernel_cache() / "replicas" / (replica.name + "_" + hash);
  cached_folder(folder, deadline, [&](const fs::path& tmp) {
    base::doing(fmt::format("building replica {} for {}", replica.name, build.label),
                [&] { build_module(replica, build, spec, tmp, deadline); });
  });
  build.replica = replica.name;
  build.label += "+" + replica.name;
  build.overrides[replica.module] = folder / (replica.module + ".ko");
  build.key = hash;
}

}  // namespace refrag::kernels
