// SPDX-License-Identifier: GPL-2.0-or-later
// The host's first process: /init of dom0's initramfs. The whole user land is in memory, so there
// is no disk to find, mount or clean. Unpacks it and starts the services, while another process
// loads the modules named in /etc/modules.list and unpacks the guests' files. With refrag.stop=boot
// on the kernel's command line it only powers off, which is the floor every run is measured
// against. When something fails it says so and powers off.
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm-images/boot/archive.hpp"
#include "vm-images/boot/console.hpp"
#include "vm-images/boot/modules.hpp"
#include "vm-images/boot/mounts.hpp"
#include "vm-images/boot/services.hpp"

namespace {

using namespace refrag::boot;

constexpr const char* module_list = "/etc/modules.list";
constexpr double services_deadline = 600;  // uptime; the runner's own deadlines are shorter

[[noreturn]] void power_off() {
  sync();
  reboot(RB_POWER_OFF);
  for (;;) pause();
}

bool kernel_is_told(const char* word) {
  char line[4096];
  const int file = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
  const ssize_t got = read(file, line, sizeof line - 1);
  close(file);
  line[got > 0 ? got : 0] = '\0';
  return std::strstr(line, word) != nullptr;
}

void after_module(const char* path) {
  if (std::strstr(path, "xenfs")) mount_xenfs();
}

bool unpacks(const char* name, const char* card) {
  const UnpackFailure failure = unpack_card(card);
  if (failure.path) {
    fail(name, failure.path);
    fail(name, std::strerror(failure.error));
    return false;
  }
  mark(name);
  return true;
}

bool loads_modules() {
  const ModuleFailure failure = load_modules(module_list, after_module);
  if (failure.error) {
    fail("modules", failure.path ? failure.path : module_list);
    fail("modules", std::strerror(failure.error));
    return false;
  }
  mark("modules");
  return true;
}

// What the services need comes first; the guests' files have time until they are all up.
bool prepares_for_guests() {
  if (!loads_modules()) return false;
  nice(10);
  return unpacks("guests' files", guests_card);
}

}  // namespace

int main() {
  mount_kernel_file_systems();
  open_console();
  mark("init");
  if (kernel_is_told("refrag.stop=boot")) power_off();
  mount_xenfs();  // when it is built in
  umask(022);
  setenv("PATH", "/usr/sbin:/usr/bin", 1);
  const pid_t loader = fork();
  if (loader == 0) _exit(prepares_for_guests() ? 0 : 1);
  if (unpacks("user land", user_land_card) && start_services(loader, services_deadline)) {
    mark("ready");
    watch_services();
  }
  power_off();
}
