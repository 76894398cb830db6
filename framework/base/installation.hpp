// SPDX-License-Identifier: GPL-2.0-or-later
// Where our own programs and data are: in the build folder and the source, or below the prefix that
// we were installed into, wherever that is by now.
#pragma once

#include <string>

#include "framework/base/files.hpp"

namespace refrag::base {

// The program that is running.
fs::path own_program();

// The folder of the suites and of the programs for the inside of machines.
fs::path program_folder();

// Data by its place in the source ("vm-images"), which is `source` as long as we are not installed.
fs::path data(const std::string& name, const fs::path& source);

}  // namespace refrag::base
