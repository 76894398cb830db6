// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/boot/console.hpp"

#include <cstdio>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <unistd.h>

namespace refrag::boot {
namespace {

int kmsg = -1;

// One write is one record; <2> (critical) is shown with "quiet" too. A record without a line end is
// not shown before the next one comes (it might go on).
template <typename... Words>
void tell(const char* format, Words... words) {
  char line[512];
  const int length = std::snprintf(line, sizeof line - 1, format, words...);
  if (length > 0) std::strcat(line, "\n");
  if (length > 0 && write(kmsg, line, std::strlen(line)) < 0) return;  // nobody is left to tell
}

}  // namespace

void open_console() { kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC); }

double uptime() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // a machine of ours never sleeps
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void mark(const char* name) { tell("<2>refrag: %s %.3f", name, uptime()); }

void fail(const char* name, const char* reason) { tell("<2>refrag: failed %s: %s", name, reason); }

void quote(const char* log_path) {
  constexpr off_t tail = 2000;
  char text[tail + 1];
  const int file = open(log_path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  const off_t size = lseek(file, 0, SEEK_END);
  const ssize_t got = pread(file, text, tail, size > tail ? size - tail : 0);
  close(file);
  text[got > 0 ? got : 0] = '\0';
  for (char* line = std::strtok(text, "\n"); line; line = std::strtok(nullptr, "\n"))
    tell("<2>refrag: | %s", line);
}

}  // namespace refrag::boot
