// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/installation.hpp"

namespace refrag::base {

namespace {

fs::path own_folder() { return own_program().parent_path(); }

// PREFIX/bin/refrag, and PREFIX/lib/refrag for all that people do not call themselves.
fs::path prefix() {
  const auto folder = own_folder();
  return folder.filename() == "bin" ? folder.parent_path() : folder.parent_path().parent_path();
}

bool is_installed() { return fs::exists(prefix() / "share/refrag"); }

}  // namespace

fs::path own_program() { return fs::read_symlink("/proc/self/exe"); }

fs::path program_folder() { return is_installed() ? prefix() / "lib/refrag" : own_folder(); }

fs::path data(const std::string& name, const fs::path& source) {
  return is_installed() ? prefix() / "share/refrag" / name : source;
}

}  // namespace refrag::base
