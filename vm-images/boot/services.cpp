// SPDX-License-Identifier: GPL-2.0-or-later
// A table and one loop. Files say what is ready: device nodes that a module makes, sockets and pid
// files that a daemon makes. Order is theirs alone; whatever can run at the same time does.
#include "vm-images/boot/services.hpp"

#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm-images/boot/console.hpp"
#include "vm-images/boot/mounts.hpp"

namespace refrag::boot {
namespace {

#define XEN_BIN "/usr/lib/xen-4.17/bin/"

enum class State { waiting, started, ready };

struct Service {
  const char* name;
  const char* argv[6];
  const char* needs[3];  // paths
  const char* makes;     // the path that shows it is ready; null: it is ready when it has ended
  bool is_chatty = false;
  State state = State::waiting;
  pid_t pid = 0;
};

Service services[] = {
    {"sshd", {"/usr/sbin/sshd", "-D", "-e", "-r"}, {"/sys/class/net/eth0"}, "/run/sshd.pid"},
    {"xenstored",
     {XEN_BIN "xenstored", "-N", "--pid-file", "/run/xenstored.pid"},
     {"/dev/xen/evtchn", "/dev/xen/privcmd", "/proc/xen/xsd_port"},
     "/run/xenstored/socket",
     true},
    {"xen-init-dom0", {XEN_BIN "xen-init-dom0"}, {"/run/xenstored/socket"}, nullptr},
    // In the foreground it leaves no pid file; nothing waits for it before there are guests.
    {"xenconsoled",
     {XEN_BIN "xenconsoled", "-i"},
     {"/run/xenstored/socket", "/dev/xen/gntdev"},
     "/run/refrag/log/xenconsoled"},
    {"libvirtd",
     {"/usr/sbin/libvirtd"},
     {"/run/xenstored/socket"},
     "/run/libvirt/libvirt-sock",
     true},
};

void log_path(const Service& service, char (&path)[64]) {
  std::snprintf(path, sizeof path, "/run/refrag/log/%s", service.name);
}

bool exists(const char* path) { return access(path, F_OK) == 0; }

bool can_start(const Service& service) {
  for (const char* need : service.needs)
    if (need && !exists(need)) return false;
  return true;
}

// Two that ask each other hundreds of times for each guest do so faster on one processor: an answer
// then wakes nobody on another, which costs an emulated Xen more than the answer.
void stay_on_one_processor() {
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  sched_setaffinity(0, sizeof first, &first);
}

[[noreturn]] void become(const Service& service) {
  if (service.is_chatty) stay_on_one_processor();
  char path[64];
  log_path(service, path);
  setsid();
  const int in = open("/dev/null", O_RDONLY);
  const int out = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(in, 0);
  dup2(out, 1);
  dup2(out, 2);
  execv(service.argv[0], const_cast<char* const*>(service.argv));
  std::perror(service.argv[0]);
  _exit(127);
}

void start(Service& service) {
  if (!std::strcmp(service.name, "sshd")) configure_network();
  mark(service.name);
  service.pid = fork();
  if (service.pid == 0) become(service);
  service.state = State::started;
}

void ready(Service& service) {
  service.state = State::ready;
  char name[64];
  std::snprintf(name, sizeof name, "%s ready", service.name);
  mark(name);
}

void step(Service& service) {
  if (service.state == State::waiting && can_start(service)) start(service);
  if (service.state == State::started && service.makes && exists(service.makes)) ready(service);
}

void tell_end(const Service& service, int status) {
  char reason[64], path[64];
  if (WIFSIGNALED(status))
    std::snprintf(reason, sizeof reason, "ended by signal %d", WTERMSIG(status));
  else
    std::snprintf(reason, sizeof reason, "exited with %d", WEXITSTATUS(status));
  fail(service.name, reason);
  log_path(service, path);
  quote(path);
}

// A service that has ended. True when that is what it is for.
bool ended(Service& service, int status) {
  service.pid = 0;
  if (service.makes || status != 0) {
    tell_end(service, status);
    return false;
  }
  ready(service);
  return true;
}

bool reap(pid_t& modules) {
  int status = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == modules) {
      if (status != 0) return false;  // it has said why
      modules = 0;
    }
    for (Service& service : services)
      if (service.pid == pid && !ended(service, status)) return false;
  }
  return true;
}

bool all_ready() {
  for (const Service& service : services)
    if (service.state != State::ready) return false;
  return true;
}

void tell_late() {
  for (const Service& service : services) {
    if (service.state == State::ready) continue;
    char path[64];
    log_path(service, path);
    fail(service.name, service.state == State::started ? "not ready in time" : "never started");
    quote(path);
  }
}

}  // namespace

bool start_services(int modules, double deadline) {
  mkdir("/run/refrag", 0755);
  mkdir("/run/refrag/log", 0755);
  pid_t loading = modules;
  while (!all_ready() || loading) {
    for (Service& service : services) step(service);
    if (!reap(loading)) return false;
    if (uptime() > deadline) return tell_late(), false;
    poll(nullptr, 0, 10);
  }
  return true;
}

void watch_services() {
  int status = 0;
  for (pid_t pid; (pid = wait(&status)) > 0;)
    for (Service& service : services)
      if (service.pid == pid) return tell_end(service, status);
}

}  // namespace refrag::boot
