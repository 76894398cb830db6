// SPDX-License-Identifier: GPL-2.0-or-later
// finit_module on uncompressed files, init_module before Linux 3.8. What compresses modules is left
// to whoever packs the initramfs.
#include "vm-images/boot/modules.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace refrag::boot {
namespace {

constexpr std::size_t list_limit = 64 * 1024;
char list[list_limit];  // outlives the call: a failure points into it

// Reads the whole list and ends it with a 0. 0, or the errno.
int read_list(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  std::size_t filled = 0;
  ssize_t got = 0;
  while (filled < list_limit - 1 && (got = read(file, list + filled, list_limit - 1 - filled)) > 0)
    filled += static_cast<std::size_t>(got);
  const int error = got < 0 ? errno : filled == list_limit - 1 ? EFBIG : 0;
  close(file);
  list[filled] = '\0';
  return error;
}

// Cuts the text at the first `separator` and returns what follows, or its end.
char* cut(char* text, char separator) {
  char* const end = std::strchr(text, separator);
  if (!end) return text + std::strlen(text);
  *end = '\0';
  return end + 1;
}

// The same with a copy of the file in memory; a process this small has room for one.
long init_module(int file, const char* parameters) {
  const off_t size = lseek(file, 0, SEEK_END);
  void* const image =
      mmap(nullptr, static_cast<std::size_t>(size), PROT_READ, MAP_PRIVATE, file, 0);
  if (image == MAP_FAILED) return -1;
  const long result = syscall(SYS_init_module, image, size, parameters);
  const int error = errno;
  munmap(image, static_cast<std::size_t>(size));
  errno = error;
  return result;
}

}  // namespace

int load_module(const char* path, const char* parameters) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  long result = syscall(SYS_finit_module, file, parameters, 0);
  if (result != 0 && errno == ENOSYS) result = init_module(file, parameters);
  const int error = result == 0 || errno == EEXIST ? 0 : errno;
  close(file);
  return error;
}

ModuleFailure load_modules(const char* list_path, ModuleLoaded loaded) {
  if (const int error = read_list(list_path)) return {nullptr, error};
  for (char *line = list, *next; *line; line = next) {
    next = cut(line, '\n');
    if (*line == '\0' || *line == '#') continue;
    const char* const parameters = cut(line, ' ');
    if (const int error = load_module(line, parameters)) return {line, error};
    if (loaded) loaded(line);
  }
  return {nullptr, 0};
}

}  // namespace refrag::boot
