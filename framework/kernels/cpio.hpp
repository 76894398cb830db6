// SPDX-License-Identifier: GPL-2.0-or-later
// Writes a cpio archive that the kernel unpacks as initramfs. The same entries give the same bytes.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

struct archive;

namespace refrag::kernels {

class CpioWriter {
 public:
  CpioWriter();

  // Paths are absolute; the folders above are added when they are not there yet.
  void folder(const std::string& path);
  void file(const std::string& path, std::string_view data, unsigned mode);
  void character_device(const std::string& path, unsigned major, unsigned minor);

  // The archive; nothing can be added afterwards.
  std::string finish();

 private:
  struct Release {
    void operator()(archive* handle) const noexcept;
  };
  struct Entry;
  void add(const Entry& entry, std::string_view data);
  void folders_above(const std::string& path);

  std::string bytes_;
  std::unique_ptr<archive, Release> handle_;  // writes to bytes_
  std::set<std::string> folders_;
  long inode_ = 0;
};

// gzip, as fast as it gets and without a time in its header.
std::string gzip(std::string_view data);

}  // namespace refrag::kernels
