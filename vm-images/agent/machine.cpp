// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/machine.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/klog.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "vm-images/agent/facts.hpp"
#include "vm-images/agent/session.hpp"
#include "vm-images/boot/modules.hpp"
#include "vm-images/boot/mounts.hpp"

namespace refrag::agent {
namespace {

constexpr const char* kModuleList = "/etc/modules.list";
constexpr int kLogRead = 2, kLogConsoleLevel = 8, kLogUnread = 9;  // syslog(2)
constexpr int kWarningsAndWorse = 5;

struct Setting {
  const char* path;
  const char* value;
};

// Nothing may be on the wire that nobody asked for (of UDP that nobody listens: once in a day, by
// milliseconds), an address is usable at once, and fragments of echoes that never become whole must
// not use up the room for others. Absent ones do not matter.
constexpr Setting kSettings[] = {
    {"/proc/sys/net/ipv6/conf/all/accept_dad", "0"},
    {"/proc/sys/net/ipv6/conf/default/accept_dad", "0"},
    {"/proc/sys/net/ipv6/conf/default/router_solicitations", "0"},
    {"/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1"},
    {"/proc/sys/net/ipv4/icmp_ratelimit", "86400000"},
    {"/proc/sys/net/ipv6/icmp/ratelimit", "86400000"},
    {"/proc/sys/net/ipv4/ipfrag_high_thresh", "16777216"},
    {"/proc/sys/net/ipv6/ip6frag_high_thresh", "16777216"},
};

// The kernel opens the console for us, unless its initramfs had no node for it.
void ensure_console() {
  if (fcntl(0, F_GETFD) >= 0) return;
  for (int fd = 0; fd <= 2; ++fd) {
    if (open("/dev/console", O_RDWR) < 0) return;  // nobody to tell
  }
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.pop_back();
  return text;
}

}  // namespace

std::vector<Problem> prepare_machine() {
  std::vector<Problem> problems;
  boot::mount_kernel_file_systems();
  ensure_console();
  klogctl(kLogConsoleLevel, nullptr, kWarningsAndWorse);
  const auto failed = boot::load_modules(kModuleList, nullptr);
  if (failed.error != 0) {
    problems.push_back(
        problem(std::string("loading ") + (failed.path ? failed.path : kModuleList), failed.error));
  }
  for (const auto& setting : kSettings) write_file(setting.path, setting.value);
  return problems;
}

protocol::Message hello(Links& links) {
  utsname system{};
  uname(&system);
  protocol::Message message{0, std::string(protocol::kHello)};
  message.add("release", system.release);
  message.add("version", system.version);
  message.add("machine", system.machine);
  message.add("buildid", build_id(read_file("/sys/kernel/notes").value_or("")));
  message.add("hypervisor", trimmed(read_file("/sys/hypervisor/type").value_or("none")));
  message.add("uptime_ms", now() / 1000);
  message.add("sessions", may_have_sessions());
  for (const Link& link : links.list()) {
    if (link.mac.empty() || link.mac == "00:00:00:00:00:00") continue;
    message.add("link", link.name + "," + link.mac + "," + std::to_string(link.mtu));
  }
  return message;
}

std::optional<std::string> kernel_log(std::size_t limit) {
  std::string log;
  while (log.size() < limit) {
    const int unread = klogctl(kLogUnread, nullptr, 0);
    if (unread < 0) return std::nullopt;
    if (unread == 0) break;
    std::string piece(std::min<std::size_t>(static_cast<std::size_t>(unread), limit - log.size()),
                      '\0');
    const int got = klogctl(kLogRead, piece.data(), static_cast<int>(piece.size()));
    if (got <= 0) break;
    log.append(piece, 0, static_cast<std::size_t>(got));
  }
  return log;
}

void power_off() {
  reboot(RB_POWER_OFF);
  reboot(RB_AUTOBOOT);  // no way to switch off: whoever runs us stops at a reset
  for (;;) pause();
}

}  // namespace refrag::agent
