// SPDX-License-Identifier: GPL-2.0-or-later
// The host's first process: /init of dom0's initramfs, which holds the whole user land, so there is
// no disk to find, mount or clean. Loads the modules named in /etc/modules.list and starts the
// services meanwhile. With refrag.stop=boot on the kernel's command line it only powers off, which
// is the floor every run is measured against. When something fails it says so and powers off.
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

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

[[noreturn]] void load_all_modules() {
  const ModuleFailure failure = load_modules(module_list, after_module);
  if (failure.error) {
    fail("modules", failure.path ? failure.path : module_list);
    fail("modules", std::strerror(failure.error));
    _exit(1);
  }
  mark("modules");
  _exit(0);
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
  if (loader == 0) load_all_modules();
  if (start_services(loader, services_deadline)) {
    mark("ready");
    watch_services();
  }
  power_off();
}
