// SPDX-License-Identifier: GPL-2.0-or-later
// For tests: kernels, modules and archives small enough to be made on the spot, right in every
// respect that this folder reads.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/files.hpp"

namespace refrag::kernels::fake {

inline constexpr const char* build_id = "00112233445566778899aabbccddeeff01234567";

// A bzImage of that release; its payload is an ELF file with build_id, compressed by gzip.
std::string bzimage(std::string_view release);

// A module's ELF file with these entries in its .modinfo ("depends=a,b").
std::string module(const std::vector<std::string>& modinfo);
std::string module(std::string_view release, std::string_view depends = {},
                   std::string_view softdep = {});

struct Entry {
  std::string path;
  std::string data = {};
  std::string link = {};       // a symbolic link to this
  std::string hard_link = {};  // another name of this
  bool is_device = false;
};

// A tar archive compressed by the named libarchive filter ("xz", "gzip", "zstd", "none").
std::string tar(const std::vector<Entry>& entries, const std::string& filter = "xz");

// A .deb with that data.tar and a control file with these fields.
std::string deb(const std::string& data_tar, const std::string& control = "Package: linux\n");

// An .rpm with no more in its headers than a reader needs to get past them, and a cpio archive.
std::string rpm(const std::vector<Entry>& entries, const std::string& filter = "gzip");

// What a package of a kernel holds.
std::vector<Entry> kernel(const std::string& release);

// Writes entries below a folder.
void write(const std::filesystem::path& root, const std::vector<Entry>& entries);

// While it lives, our cache is in a folder of its own.
class Cache {
 public:
  Cache();
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  base::TempDir folder_{"test"};
  std::string before_;
};

}  // namespace refrag::kernels::fake
