// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/boot/archive.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace refrag::boot {
namespace {

// A header is a magic number and thirteen fields of eight hexadecimal digits.
constexpr char magic[] = "070701";
constexpr std::size_t magic_size = sizeof magic - 1, digits = 8;
constexpr std::size_t header_size = magic_size + 13 * digits;
enum Field { mode = 1, file_size = 6, name_size = 11 };

struct Entry {
  unsigned mode;
  const char* name;
  const char* data;
  std::size_t size;
};

std::size_t number(const char* header, Field field) {
  std::size_t value = 0;
  const char* at = header + magic_size + field * digits;
  for (const char* const end = at + digits; at < end; ++at) {
    const char digit = *at;
    value =
        value * 16 + static_cast<std::size_t>(digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10);
  }
  return value;
}

std::size_t aligned(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

// The entry at `at`, which is moved behind it. False when there is none.
bool read_entry(const char* archive, std::size_t size, std::size_t& at, Entry& entry) {
  const char* const header = archive + at;
  if (size - at < header_size || std::memcmp(header, magic, magic_size) != 0) return false;
  const std::size_t data = aligned(at + header_size + number(header, name_size));
  entry = {static_cast<unsigned>(number(header, mode)), header + header_size, archive + data,
           number(header, file_size)};
  at = aligned(data + entry.size);
  return at <= size;
}

int write_whole(int file, const char* data, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t written = write(file, data + done, size - done);
    if (written < 0) return errno;
    done += static_cast<std::size_t>(written);
  }
  return 0;
}

int make_file(const Entry& entry) {
  const int file = open(entry.name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  int error = write_whole(file, entry.data, entry.size);
  if (error == 0 && fchmod(file, entry.mode & 07777) != 0) error = errno;
  close(file);
  return error;
}

int make_folder(const Entry& entry) {
  if (mkdir(entry.name, 0700) != 0 && errno != EEXIST) return errno;
  return chmod(entry.name, entry.mode & 07777) == 0 ? 0 : errno;
}

int make_link(const Entry& entry) {
  char target[256];
  if (entry.size >= sizeof target) return ENAMETOOLONG;
  std::memcpy(target, entry.data, entry.size);
  target[entry.size] = '\0';
  return symlink(target, entry.name) == 0 || errno == EEXIST ? 0 : errno;
}

int make(const Entry& entry) {
  switch (entry.mode & S_IFMT) {
    case S_IFREG:
      return make_file(entry);
    case S_IFDIR:
      return make_folder(entry);
    case S_IFLNK:
      return make_link(entry);
    default:
      return EINVAL;
  }
}

}  // namespace

UnpackFailure unpack(const char* archive, std::size_t size) {
  Entry entry{};
  for (std::size_t at = 0; read_entry(archive, size, at, entry);) {
    if (std::strcmp(entry.name, "TRAILER!!!") == 0) return {nullptr, 0};
    if (const int error = make(entry)) return {entry.name, error};
  }
  return {"the archive", EBADMSG};
}

UnpackFailure unpack_card(const char* memory) {
  const int card = open(memory, O_RDONLY | O_CLOEXEC);
  if (card < 0) return {errno == ENOENT ? nullptr : memory, errno};
  struct stat about {};
  fstat(card, &about);
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const archive = mmap(nullptr, size, PROT_READ, MAP_SHARED, card, 0);
  const int error = errno;
  close(card);
  if (archive == MAP_FAILED) return {memory, error};
  return unpack(static_cast<const char*>(archive), size);  // stays mapped: nobody needs the room
}

}  // namespace refrag::boot
