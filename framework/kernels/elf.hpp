// SPDX-License-Identifier: GPL-2.0-or-later
// As much of 64-bit ELF as is needed to read what a kernel and its modules say about themselves.
// The bytes are somebody else's: everything is checked against their end.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrag::kernels {

// The bytes of a section, nullopt when there is none or the file is no 64-bit little-endian ELF.
std::optional<std::string_view> elf_section(std::string_view elf, std::string_view name);

// The GNU build id in hexadecimal, from any section or segment of notes; empty when there is none.
std::string elf_build_id(std::string_view elf);

// What a module says about itself.
struct ModuleInfo {
  std::string vermagic;
  std::vector<std::string> depends;   // modules it cannot be loaded without
  std::vector<std::string> softdeps;  // "pre:" ones, names of modules or aliases
};

// nullopt when it is no module.
std::optional<ModuleInfo> module_info(std::string_view elf);

}  // namespace refrag::kernels
