// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/spec_list.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <glob.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "framework/kernels/replica.hpp"
#include "framework/kernels/spec.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

namespace {

// From the first digits that a dot and digits follow.
std::string_view version_in(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t start = 0; start < name.size(); ++start) {
    if (!is_digit(name[start])) continue;
    const auto end = std::min(name.find_first_not_of("0123456789", start), name.size());
    if (end + 1 < name.size() && name[end] == '.' && is_digit(name[end + 1])) {
      return name.substr(start);
    }
    start = end;
  }
  return {};
}

std::vector<std::string> paths_like(const std::string& pattern) {
  ::glob_t found = {};
  const int result = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  std::vector<std::string> paths(found.gl_pathv,
                                 found.gl_pathv + (result == 0 ? found.gl_pathc : 0));
  ::globfree(&found);
  std::ranges::sort(paths);  // what has the same version
  std::ranges::stable_sort(paths, [](const std::string& a, const std::string& b) {
    return base::compare_versions(version_in(a), version_in(b)) < 0;
  });
  return paths;
}

void require_there(const std::string& given, const fs::path& path) {
  std::error_code error;
  if (fs::exists(path, error)) return;
  throw Error(Fault::usage,
              fmt::format("there is nothing at {}: {}", path.string(),
                          error ? error.message() : "No such file or directory"),
              fmt::format("correct {}", given));
}

}  // namespace

std::vector<std::string> expand_globs(const std::vector<std::string>& specs) {
  std::vector<std::string> all;
  for (const auto& text : specs) {
    const auto spec = parse_spec(text);
    const auto* path = std::get_if<PathSpec>(&spec.base);
    std::error_code absent;
    if (path == nullptr || text.find_first_of("*?[") == text.npos ||
        fs::exists(path->path, absent)) {
      all.push_back(text);
      continue;
    }
    const auto found = paths_like(path->path.string());
    if (found.empty()) throw Error(Fault::usage, fmt::format("no kernel matches '{}'", text));
    const auto rest = text.substr(path->path.string().size());
    for (const auto& one : found) all.push_back(one + rest);
  }
  return all;
}

std::vector<std::string> read_spec_file(const fs::path& file) {
  std::vector<std::string> specs;
  const auto source = file == "-" ? fs::path("/dev/stdin") : file;
  require_there("--kernels-file " + file.string(), source);
  const auto text = base::read_file(source, 16u << 20);
  for (const auto& line : base::split(text, '\n')) {
    const auto spec = base::trim(std::string_view(line).substr(0, line.find('#')));
    if (!spec.empty()) specs.emplace_back(spec);
  }
  if (specs.empty()) {
    throw Error(Fault::usage, fmt::format("{} names no kernel", file.string()), "one spec a line");
  }
  return specs;
}

void require_plausible(const std::string& text) {
  const auto spec = parse_spec(text);
  if (!spec.replica.empty()) find_replica(spec.replica);
  if (const auto* path = std::get_if<PathSpec>(&spec.base))
    require_there("--kernel " + text, path->path);
  if (const auto* image = std::get_if<ImageSpec>(&spec.base)) {
    require_there("--kernel " + text, image->image);
    require_there("--kernel " + text, image->modules);
  }
}

}  // namespace refrag::kernels
