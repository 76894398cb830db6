// SPDX-License-Identifier: GPL-2.0-or-later
// Many kernels at once: globs over paths, and lists in files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace refrag::kernels {

// Each spec that is a path with * ? or [...] in it becomes the paths it matches, oldest version in
// their names first; "+replica:NAME" stays behind each. What names an existing file is no glob.
// Throws Error (usage) for a glob that matches nothing.
std::vector<std::string> expand_globs(const std::vector<std::string>& specs);

// The specs in a file, one a line; '#' begins a comment. "-" is standard input. Throws Error
// (usage) when it cannot be read or holds none.
std::vector<std::string> read_spec_file(const std::filesystem::path& file);

// Throws Error (usage) for a spec that is wrong whatever happens later: its grammar, a path where
// nothing is, a replica that does not exist. Opens and downloads nothing.
void require_plausible(const std::string& spec);

}  // namespace refrag::kernels
