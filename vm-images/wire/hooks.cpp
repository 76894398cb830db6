// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/hooks.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm-images/boot/modules.hpp"

namespace refrag::wire {
namespace {

using agent::Problem;
using agent::problem;

constexpr const char* kModule = "br_netfilter";
// Where a machine of ours keeps it, and whose build it is: a replica is loaded again as one.
constexpr const char* kFile = "/modules/br_netfilter.ko";
constexpr const char* kSettings = "/proc/sys/net/bridge";
// Only modules have it, and only where they can be unloaded.
constexpr const char* kUsers = "/sys/module/br_netfilter/refcnt";

Problem load() {
  const int error = boot::load_module(kFile, "");
  return error == 0 ? Problem() : problem("loading br_netfilter", error);
}

Problem unload() {
  return syscall(SYS_delete_module, kModule, O_NONBLOCK) == 0 ? Problem()
                                                              : problem("unloading br_netfilter");
}

}  // namespace

bool has_hooks() { return access(kSettings, F_OK) == 0; }

bool hooks_can_go() { return access(kUsers, F_OK) == 0 && access(kFile, R_OK) == 0; }

Problem set_hooks(bool on) {
  if (on == has_hooks()) return {};
  return on ? load() : unload();
}

}  // namespace refrag::wire
