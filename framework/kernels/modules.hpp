// SPDX-License-Identifier: GPL-2.0-or-later
// The modules of one kernel and the order in which to load them. Each module names in its .modinfo
// what it depends on, so no modules.dep is needed (no package ships one) and nothing is written.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "framework/kernels/role.hpp"

namespace refrag::kernels {

struct LoadedModule {
  std::string name;  // with underscores, as /proc/modules has it
  std::string data;  // the ELF file, decompressed
  std::string parameters;
};

struct LoadOrder {
  std::vector<LoadedModule> modules;  // each after those it depends on
  std::vector<std::string> missing;   // wanted or depended on, neither a file nor built in
};

class ModuleTree {
 public:
  // `overrides` are files that take the place of the module of that name.
  explicit ModuleTree(const std::filesystem::path& folder,
                      const std::map<std::string, std::filesystem::path>& overrides = {});

  // The closure of what is wanted. What is built in needs no loading.
  LoadOrder load_order(const std::vector<WantedModule>& wanted) const;

  // The file of a module, empty when it has none; any spelling of the name.
  std::filesystem::path file_of(std::string_view name) const;
  bool is_built_in(std::string_view name) const;

 private:
  struct Walk;
  void visit(Walk& walk, const WantedModule& wanted) const;
  std::string resolve(const std::string& name) const;

  std::map<std::string, std::filesystem::path> files_;
  std::set<std::string> built_in_;
};

// What some module below the folder says it was built for; empty when there is none.
std::string any_vermagic(const std::filesystem::path& folder);

// "xen-evtchn.ko.xz" is "xen_evtchn".
std::string module_name(std::string_view file);

// A module's ELF file, decompressed if need be. Throws Error.
std::string read_module(const std::filesystem::path& file);

// The module without the signature that may be appended to it. Checking one takes an emulated
// machine longer than loading most modules.
std::string_view without_signature(std::string_view module);

}  // namespace refrag::kernels
