// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/archive.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/archive_reader.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& archive, std::string_view path, std::string_view why) {
  throw base::Error(base::Fault::usage,
                    fmt::format("{} is refused: '{}' {}", archive, base::printable(path), why));
}

// Writes entries below one folder. No path passes through a link, and a link leads up at most to
// the folder and then only down; so what a link leads to is inside, whatever else was unpacked.
class Unpacker {
 public:
  Unpacker(ArchiveReader& reader, fs::path root, const UnpackLimits& limits,
           std::uint64_t archive_size)
      : reader_(reader),
        root_(std::move(root)),
        limits_(limits),
        most_(std::min(limits.bytes, (64u << 20) + limits.ratio * archive_size)) {}

  void all(const Wanted& wanted, base::Deadline deadline) {
    while (archive_entry* entry = reader_.next()) {
      base::throw_if_stopped();
      if (++entries_ > limits_.entries) refuse(reader_.name(), "...", "is one entry too many");
      if (deadline.expired()) {
        throw base::Error(base::Fault::lab,
                          fmt::format("{} was not unpacked in time", reader_.name()));
      }
      // What is not wanted is unpacked too, to get past it.
      passed_ += static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
      if (passed_ / 16 > most_) refuse(reader_.name(), "...", "is more data than any kernel has");
      const auto path = clean(archive_entry_pathname(entry));
      if (!path.empty() && wanted(path)) one(path, entry);
    }
  }

 private:
  // "./boot/./x/" is "boot/x"; the root itself is "".
  std::string clean(const char* given) const {
    const std::string_view path = given != nullptr ? given : "";
    if (path.starts_with('/')) refuse(reader_.name(), path, "is an absolute path");
    std::string cleaned;
    for (const auto& part : base::split(path, '/')) {
      if (part == "..") refuse(reader_.name(), path, "leads out of the archive");
      if (part.empty() || part == ".") continue;
      cleaned += (cleaned.empty() ? "" : "/") + part;
    }
    return cleaned;
  }

  void one(const std::string& path, archive_entry* entry) {
    const fs::path relative(path);
    for (auto parent = relative.parent_path(); !parent.empty(); parent = parent.parent_path()) {
      if (links_.contains(parent.string())) refuse(reader_.name(), path, "passes through a link");
    }
    base::make_folder((root_ / relative).parent_path());
    const auto type = archive_entry_filetype(entry);
    if (const char* target = archive_entry_hardlink(entry)) return hard_link(path, clean(target));
    if (type == AE_IFDIR) return base::make_folder(root_ / relative);
    if (type == AE_IFLNK) return symbolic_link(path, archive_entry_symlink(entry));
    if (type == AE_IFREG) return file(path, archive_entry_perm(entry));
    refuse(reader_.name(), path, "is neither a file, a folder nor a link");
  }

  void file(const std::string& path, unsigned mode) {
    const int fd =
        ::open((root_ / path).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               (mode & 0100) != 0 ? 0755 : 0644);
    if (fd < 0) failed(path, errno);
    const base::Fd file(fd);
    while (const auto part = reader_.read()) {
      base::throw_if_stopped();
      bytes_ += part->size();
      if (bytes_ > most_) refuse(reader_.name(), path, "is more data than any kernel has");
      write(path, file.get(), *part);
    }
  }

  void write(const std::string& path, int fd, std::string_view data) const {
    while (!data.empty()) {
      const auto put = ::write(fd, data.data(), data.size());
      if (put < 0 && errno != EINTR) failed(path, errno);
      if (put > 0) data.remove_prefix(static_cast<std::size_t>(put));
    }
  }

  void symbolic_link(const std::string& path, const char* given) {
    const std::string target = given != nullptr ? given : "";
    if (target.starts_with('/')) refuse(reader_.name(), path, "is a link out");
    auto depth = base::split(path, '/').size() - 1;
    bool down = false;
    for (const auto& part : base::split(target, '/')) {
      if (part == ".." && (down || depth-- == 0)) refuse(reader_.name(), path, "is a link out");
      down |= part != "..";
    }
    if (::symlink(target.c_str(), (root_ / path).c_str()) != 0) failed(path, errno);
    links_.insert(path);
  }

  void hard_link(const std::string& path, const std::string& target) {
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(root_ / target, error))) {
      refuse(reader_.name(), path, "is a link to something that is not there");
    }
    for (auto part = fs::path(target); !part.empty(); part = part.parent_path()) {
      if (links_.contains(part.string())) refuse(reader_.name(), path, "passes through a link");
    }
    fs::create_hard_link(root_ / target, root_ / path, error);
    if (error) failed(path, error.value());
  }

  [[noreturn]] void failed(const std::string& path, int error) const {
    if (error == EEXIST) refuse(reader_.name(), path, "is there twice");
    throw base::Error(base::Fault::lab,
                      fmt::format("cannot unpack {} to {}: {}", base::printable(path),
                                  root_.string(), base::errno_text(error)));
  }

  ArchiveReader& reader_;
  fs::path root_;
  UnpackLimits limits_;
  std::uint64_t most_;  // bytes
  std::uint64_t bytes_ = 0;
  std::uint64_t passed_ = 0;
  std::uint64_t entries_ = 0;
  std::set<std::string> links_;
};

// A .deb is an ar archive of two tar archives; this is the one whose name begins with `member`.
ArchiveReader member_of_deb(ArchiveReader deb, std::string_view member) {
  while (archive_entry* entry = deb.next()) {
    const char* name = archive_entry_pathname(entry);
    if (name != nullptr && std::string_view(name).starts_with(member)) {
      return ArchiveReader::of_entry(std::move(deb));
    }
  }
  throw base::Error(base::Fault::usage, fmt::format("{} has no {}", deb.name(), member),
                    "is it a Debian package?");
}

bool is_deb(const fs::path& path) {
  auto reader = ArchiveReader::of_file(path);
  return reader.next() != nullptr && reader.is_ar();
}

ArchiveReader contents_of(const fs::path& path) {
  if (is_deb(path)) return member_of_deb(ArchiveReader::of_file(path), "data.tar");
  return ArchiveReader::of_file(path);
}

}  // namespace

void unpack(const fs::path& archive, const fs::path& into, const Wanted& wanted,
            base::Deadline deadline, const UnpackLimits& limits) {
  auto reader = contents_of(archive);
  Unpacker(reader, into, limits, fs::file_size(archive)).all(wanted, deadline);
}

void unpack_inner(const fs::path& archive, std::string_view inner, const fs::path& into,
                  const Wanted& wanted, base::Deadline deadline, const UnpackLimits& limits) {
  auto outer = contents_of(archive);
  while (archive_entry* entry = outer.next()) {
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || !std::string_view(name).ends_with(inner)) continue;
    auto reader = ArchiveReader::of_entry(std::move(outer));
    return Unpacker(reader, into, limits, fs::file_size(archive)).all(wanted, deadline);
  }
  throw base::Error(base::Fault::usage, fmt::format("{} has no {}", archive.string(), inner));
}

std::string deb_control(const fs::path& archive) {
  if (!is_deb(archive)) return {};
  auto reader = member_of_deb(ArchiveReader::of_file(archive), "control.tar");
  while (archive_entry* entry = reader.next()) {
    const char* name = archive_entry_pathname(entry);
    if (name != nullptr && std::string_view(name).ends_with("control")) {
      return reader.read_all(1u << 20);
    }
  }
  return {};
}

std::string control_field(std::string_view control, std::string_view field) {
  for (const auto& line : base::split(control, '\n')) {
    const std::string_view text = line;
    if (text.starts_with(field) && text.substr(field.size()).starts_with(':')) {
      return std::string(base::trim(text.substr(field.size() + 1)));
    }
  }
  return {};
}

std::string decompress(std::string_view data, std::uint64_t limit) {
  auto reader = ArchiveReader::of_compressed(data);
  return reader.next() != nullptr ? reader.read_all(limit) : std::string();
}

}  // namespace refrag::kernels
