// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/cpio.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"

namespace refrag::kernels {

namespace {

la_ssize_t append(archive*, void* bytes, const void* data, std::size_t size) {
  static_cast<std::string*>(bytes)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void check(archive* handle, la_ssize_t result, const char* doing) {
  if (result >= ARCHIVE_OK) return;
  throw base::Error(base::Fault::internal,
                    fmt::format("cannot {}: {}", doing, archive_error_string(handle)));
}

}  // namespace

struct CpioWriter::Entry {
  std::string path;
  unsigned type;
  unsigned mode;
  unsigned major = 0;
  unsigned minor = 0;
};

void CpioWriter::Release::operator()(archive* handle) const noexcept { archive_write_free(handle); }

CpioWriter::CpioWriter() : handle_(archive_write_new()) {
  archive_write_set_format_cpio_newc(handle_.get());
  archive_write_set_bytes_in_last_block(handle_.get(), 4);
  check(handle_.get(),
        archive_write_open2(handle_.get(), &bytes_, nullptr, append, nullptr, nullptr),
        "begin an initramfs");
}

void CpioWriter::add(const Entry& given, std::string_view data) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  archive_entry_set_pathname(entry.get(), given.path.c_str() + 1);
  archive_entry_set_filetype(entry.get(), given.type);
  archive_entry_set_perm(entry.get(), given.mode);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(data.size()));
  archive_entry_set_mtime(entry.get(), 0, 0);
  archive_entry_set_ino64(entry.get(), ++inode_);
  archive_entry_set_nlink(entry.get(), given.type == AE_IFDIR ? 2 : 1);
  archive_entry_set_rdevmajor(entry.get(), given.major);
  archive_entry_set_rdevminor(entry.get(), given.minor);
  check(handle_.get(), archive_write_header(handle_.get(), entry.get()), "add to an initramfs");
  check(handle_.get(), archive_write_data(handle_.get(), data.data(), data.size()),
        "add to an initramfs");
}

void CpioWriter::folders_above(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash != 0 && slash != std::string::npos) folder(path.substr(0, slash));
}

void CpioWriter::folder(const std::string& path) {
  if (!folders_.insert(path).second) return;
  folders_above(path);
  add({path, AE_IFDIR, 0755}, {});
}

void CpioWriter::file(const std::string& path, std::string_view data, unsigned mode) {
  folders_above(path);
  add({path, AE_IFREG, mode}, data);
}

void CpioWriter::character_device(const std::string& path, unsigned major, unsigned minor) {
  folders_above(path);
  add({path, AE_IFCHR, 0600, major, minor}, {});
}

std::string CpioWriter::finish() {
  check(handle_.get(), archive_write_close(handle_.get()), "finish an initramfs");
  return std::move(bytes_);
}

std::string gzip(std::string_view data) {
  std::string bytes;
  const std::unique_ptr<archive, decltype(&archive_write_free)> handle(archive_write_new(),
                                                                       archive_write_free);
  archive_write_set_format_raw(handle.get());
  archive_write_add_filter_gzip(handle.get());
  archive_write_set_filter_option(handle.get(), "gzip", "compression-level", "1");
  archive_write_set_filter_option(handle.get(), "gzip", "timestamp", nullptr);
  archive_write_set_bytes_in_last_block(handle.get(), 1);
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  check(handle.get(), archive_write_open2(handle.get(), &bytes, nullptr, append, nullptr, nullptr),
        "compress");
  check(handle.get(), archive_write_header(handle.get(), entry.get()), "compress");
  check(handle.get(), archive_write_data(handle.get(), data.data(), data.size()), "compress");
  check(handle.get(), archive_write_close(handle.get()), "compress");
  return bytes;
}

}  // namespace refrag::kernels
