// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/archive_reader.hpp"

#include <cerrno>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::kernels {

namespace {

constexpr std::size_t block = 256u << 10;

// libarchive pulls the outer entry's bytes through this.
la_ssize_t pull(archive* handle, void* context, const void** buffer) {
  auto& outer = *static_cast<ArchiveReader*>(context);
  try {
    const auto part = outer.read();
    *buffer = part ? part->data() : nullptr;
    return part ? static_cast<la_ssize_t>(part->size()) : 0;
  } catch (const base::Error& error) {
    archive_set_error(handle, EILSEQ, "%s", error.what());
    return -1;
  }
}

}  // namespace

void ArchiveReader::Release::operator()(archive* handle) const noexcept {
  archive_read_free(handle);
}

ArchiveReader::ArchiveReader(std::string name)
    : name_(std::move(name)), handle_(archive_read_new()) {
  archive_read_support_filter_all(handle_.get());
}

ArchiveReader ArchiveReader::of_file(const std::filesystem::path& path) {
  ArchiveReader reader(path.string());
  archive_read_support_format_ar(reader.handle_.get());
  archive_read_support_format_tar(reader.handle_.get());
  archive_read_support_format_cpio(reader.handle_.get());
  reader.check(archive_read_open_filename(reader.handle_.get(), path.c_str(), block), "open");
  return reader;
}

ArchiveReader ArchiveReader::of_entry(ArchiveReader outer) {
  ArchiveReader reader(outer.name_);
  archive_read_support_format_tar(reader.handle_.get());
  reader.outer_ = std::make_unique<ArchiveReader>(std::move(outer));
  reader.check(archive_read_open(reader.handle_.get(), reader.outer_.get(), nullptr, pull, nullptr),
               "open");
  return reader;
}

ArchiveReader ArchiveReader::of_compressed(std::string_view data) {
  ArchiveReader reader("compressed data");
  archive_read_support_format_raw(reader.handle_.get());
  archive_read_support_format_empty(reader.handle_.get());
  reader.check(archive_read_open_memory(reader.handle_.get(), data.data(), data.size()), "open");
  return reader;
}

void ArchiveReader::check(int result, const char* doing) {
  if (result == ARCHIVE_OK || result == ARCHIVE_EOF) return;
  const char* said = archive_error_string(handle_.get());
  throw base::Error(base::Fault::usage,
                    fmt::format("cannot {} {}: {}", doing, name_,
                                base::printable(said != nullptr ? said : "damaged")),
                    "is it complete, and an archive at all?");
}

archive_entry* ArchiveReader::next() {
  archive_entry* entry = nullptr;
  const int result = archive_read_next_header(handle_.get(), &entry);
  if (result == ARCHIVE_EOF) return nullptr;
  check(result == ARCHIVE_WARN ? ARCHIVE_OK : result, "read");
  return entry;
}

std::optional<std::string_view> ArchiveReader::read() {
  const void* data = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  for (;;) {
    const int result = archive_read_data_block(handle_.get(), &data, &size, &offset);
    if (result == ARCHIVE_EOF) return std::nullopt;
    check(result, "read");
    if (size > 0) return std::string_view(static_cast<const char*>(data), size);
  }
}

std::string ArchiveReader::read_all(std::uint64_t limit) {
  std::string all;
  while (const auto part = read()) {
    if (all.size() + part->size() > limit) {
      throw base::Error(
          base::Fault::usage,
          fmt::format("{} holds more than {} MiB where less is plausible", name_, limit >> 20));
    }
    all += *part;
  }
  return all;
}

bool ArchiveReader::is_ar() const {
  return (archive_format(handle_.get()) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_AR;
}

}  // namespace refrag::kernels
