// SPDX-License-Identifier: GPL-2.0-or-later
// Splats that somebody has looked at and that are not to count: a TOML file with entries of
//
//   [[ignore]]
//   fingerprint = "warning:some_function|*"     a glob
//   where = "guest *"                           a glob, every machine when left out
//   kernel = "5.10.*"                           a glob over kernel labels, every one when left out
//   reason = "why it says nothing"              has to be there
//
// They are recorded all the same, with the reason.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/verdict/result.hpp"

namespace refrag::run {

struct IgnoredSplat {
  std::string fingerprint;
  std::string where;
  std::string kernel;
  std::string reason;
};

// Throws Error (usage) that says what is wrong in the file.
std::vector<IgnoredSplat> read_ignored_splats(const std::filesystem::path& file);

// The one that comes with the framework: fixtures/ignored-splats.toml.
std::filesystem::path standing_ignored_splats();

// The reason of the first entry that fits; empty when none does.
std::string reason_to_ignore(const std::vector<IgnoredSplat>& list,
                             const verdict::SplatRecord& splat);

}  // namespace refrag::run
