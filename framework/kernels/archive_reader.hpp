// SPDX-License-Identifier: GPL-2.0-or-later
// libarchive's reader with an owner and with errors that are thrown. An archive inside an archive
// is read as it streams by: nothing but what is asked for is ever unpacked.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct archive;
struct archive_entry;

namespace refrag::kernels {

class ArchiveReader {
 public:
  static ArchiveReader of_file(const std::filesystem::path& path);
  // The current entry of `outer` read as an archive; outer moves on only when this one is gone.
  static ArchiveReader of_entry(ArchiveReader outer);
  // Data that is compressed, not packed: one entry.
  static ArchiveReader of_compressed(std::string_view data);

  // Moves to the next entry, nullptr after the last one. Throws Error (usage) when it is damaged.
  archive_entry* next();
  // Some bytes of the current entry, nullopt at its end. Valid until the next call.
  std::optional<std::string_view> read();
  // The rest of the current entry. Throws Error (usage) when it is larger than limit.
  std::string read_all(std::uint64_t limit);

  bool is_ar() const;
  const std::string& name() const { return name_; }

 private:
  struct Release {
    void operator()(archive* handle) const noexcept;
  };
  explicit ArchiveReader(std::string name);
  void check(int result, const char* doing);

  std::string name_;                      // for messages
  std::unique_ptr<ArchiveReader> outer_;  // outlives handle_, which reads from it
  std::unique_ptr<archive, Release> handle_;
};

}  // namespace refrag::kernels
