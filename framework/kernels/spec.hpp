// SPDX-License-Identifier: GPL-2.0-or-later
// The grammar in which kernels are named, everywhere the same:
//
//   SPEC   := BASE [ "+replica:" NAME ]
//   BASE   := PATH                          a .deb, .rpm or tar archive, a folder with boot/ and
//                                           lib/modules/ (or usr/lib/modules/), a build tree
//           | IMAGE ",modules=" FOLDER      a bzImage and its lib/modules/RELEASE
//           | "debian:" [SUITE "/"] SERIES  newest build of a series ("6.1", "7", "6.1-cloud"), or
//                                           one build by its release ("6.1.0-47", "6.12.90+deb13")
//
// Parsing looks at the text alone: whether a file exists is found out when the kernel is opened.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

namespace refrag::kernels {

struct PathSpec {
  std::filesystem::path path;
};

struct ImageSpec {
  std::filesystem::path image;
  std::filesystem::path modules;
};

struct DebianSpec {
  std::string suite;    // empty: the suites that this machine's apt uses
  std::string series;   // "6.1" is 6.1.x, "7" is 7.x.y, never a prefix of a number; or a release
  std::string flavour;  // "cloud", "rt"; empty for the plain one

  // The series is a release without its flavour: "6.1.0-47", "6.12.90+deb13", "6.1.0-0.deb11.48".
  bool is_one_build() const { return series.find_first_of("-+") != std::string::npos; }
};

struct Spec {
  std::string text;  // as it was written
  std::variant<PathSpec, ImageSpec, DebianSpec> base;
  std::string replica;  // empty: the kernel as it is
};

// Throws Error (usage).
Spec parse_spec(std::string_view text);

}  // namespace refrag::kernels
