// SPDX-License-Identifier: GPL-2.0-or-later
// Several builds named at once, wherever a command takes many:
//
//   @FILE              a list: one SPEC a line, oldest first; blank lines and # comments are
//   skipped FOLDER             that holds kernels and is none itself: its packages and kernel
//   folders GLOB               the paths that match: out/linux-image-*.deb debian:SERIES/*    every
//   build of the series that the archive has: debian:trixie/6.12-cloud/* SPEC               itself
//   (spec.hpp)
//
// "+replica:NAME" behind any of them goes to each build.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/deadline.hpp"

namespace refrag::kernels {

// Specs in the order of the list; those of folders, globs and series in version order. Throws Error
// (usage) when there are none, and what builds_of throws.
std::vector<std::string> expand(std::string_view text, base::Deadline deadline);

}  // namespace refrag::kernels
