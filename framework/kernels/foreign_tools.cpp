// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/foreign_tools.hpp"

#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"
#include "framework/kernels/apt.hpp"
#include "framework/kernels/archive.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;

namespace {

constexpr const char* libraries = "foreign/usr/lib/x86_64-linux-gnu";

// What they are linked with, as Debian has called it; those there are get unpacked.
constexpr const char* packages = "libc6|libelf1|libelf1t64|zlib1g|libzstd1";

// "modpost", and what it starts: "modpost.real-lsb-64".
bool is_tool(const std::string& name) {
  return name.starts_with("fixdep") || name.starts_with("modpost") || name.starts_with("objtool");
}

std::vector<fs::path> tools_in(const fs::path& root) {
  std::vector<fs::path> tools;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(root / "usr/lib", error), end; !error && entry != end;
       entry.increment(error)) {
    const bool is_program =
        entry->is_regular_file(error) && ::access(entry->path().c_str(), X_OK) == 0;
    if (is_program && is_tool(entry->path().filename().string())) tools.push_back(entry->path());
  }
  return tools;
}

// Without arguments they only explain themselves; the loader's complaint comes before that.
bool runs_here(const fs::path& tool, base::Deadline deadline) {
  const auto said = base::run({{tool.string()}}, deadline).err;
  return said.find("GLIBC_") == std::string::npos &&
         said.find("error while loading shared libraries") == std::string::npos;
}

// Backports are built against the suite they are for.
std::string base_suite(const std::string& suite) { return suite.substr(0, suite.find('-')); }

bool is_library(std::string_view path) {
  return path.find("lib/x86_64-linux-gnu/") != std::string_view::npos &&
         path.find(".so") != std::string_view::npos &&
         path.find("/gconv/") == std::string_view::npos;
}

void fetch_libraries(const fs::path& into, const std::string& suite, base::Deadline deadline) {
  Apt apt(base_suite(suite));
  apt.update_if_old(deadline);
  const auto downloads = into / "downloads";
  for (const auto& package : apt.find(fmt::format("({})", packages), deadline)) {
    const auto deb = apt.download(package.name, package.version, downloads, deadline);
    unpack(deb, into, is_library, deadline);
  }
  fs::remove_all(downloads);
  // Older packages have them in /lib.
  const auto old = into / "lib/x86_64-linux-gnu";
  if (!fs::exists(old)) return;
  fs::copy(old, into / "usr/lib/x86_64-linux-gnu",
           fs::copy_options::recursive | fs::copy_options::copy_symlinks |
               fs::copy_options::skip_existing);
}

void wrap(const fs::path& tool, const fs::path& root, const fs::path& kept) {
  const auto real = tool.string() + ".real";
  fs::rename(tool, real);
  const auto folder = kept / libraries;
  base::write_file(
      tool,
      fmt::format("#!/bin/sh\nexec '{}/ld-linux-x86-64.so.2' --library-path '{}' '{}' \"$@\"\n",
                  folder.string(), folder.string(),
                  (kept / fs::path(real).lexically_relative(root)).string()),
      0755);
}

}  // namespace

void make_tools_run(const fs::path& root, const fs::path& kept, const std::string& suite,
                    base::Deadline deadline) {
  auto tools = tools_in(root);
  std::erase_if(tools, [&](const fs::path& tool) { return runs_here(tool, deadline); });
  if (tools.empty()) return;
  fetch_libraries(root / "foreign", suite, deadline);
  for (const auto& tool : tools) wrap(tool, root, kept);
}

}  // namespace refrag::kernels
