// SPDX-License-Identifier: GPL-2.0-or-later
// The init of a wire machine: the only program in it. Loads the modules, makes a bridge over its
// two cards, and then does what the runner says on the second serial port until it is told to power
// off. On the kernel's command line: refrag.cards=MAC,MAC refrag.mtu=N; refrag.stop=boot only
// ends, which is the floor every run is measured against.
//
// Works from Linux 2.6.18 on: nothing here needs a system call or an ioctl that is younger, or it
// has something to fall back on.
#include <string>
#include <vector>

#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm-images/agent/console.hpp"
#include "vm-images/agent/facts.hpp"
#include "vm-images/agent/fatal.hpp"
#include "vm-images/agent/machine.hpp"
#include "vm-images/boot/console.hpp"
#include "vm-images/boot/modules.hpp"
#include "vm-images/boot/mounts.hpp"
#include "vm-images/wire/bridge.hpp"
#include "vm-images/wire/devices.hpp"
#include "vm-images/wire/verbs.hpp"

namespace {

using namespace refrag;
using agent::Micros;
using agent::Problem;

constexpr const char* kModules = "/etc/modules.list";
constexpr const char* kLaterModules = "/etc/modules.later";
constexpr Micros kSecond = 1'000'000;
constexpr Micros kPatience = 10 * kSecond;

void mount_file_systems() {
  for (const char* folder : {"/dev", "/proc", "/sys"}) mkdir(folder, 0755);
  boot::mount_kernel_file_systems();
  wire::make_device_nodes();
  boot::open_console();
}

// The value of a "name=value" word on the kernel's command line.
std::string told(const std::string& name) {
  const auto line = agent::read_file("/proc/cmdline").value_or("");
  for (const auto word : agent::words(line)) {
    if (word.starts_with(name + "=")) return std::string(word.substr(name.size() + 1));
  }
  return {};
}

Problem load_modules(const char* list) {
  const auto failed = boot::load_modules(list, nullptr);
  if (failed.error == 0) return {};
  return agent::problem(std::string("loading ") + (failed.path ? failed.path : list), failed.error);
}

Problem find_cards(std::vector<std::string>& cards) {
  std::string wanted = told("refrag.cards");
  while (!wanted.empty()) {
    const auto comma = std::min(wanted.find(','), wanted.size());
    const auto mac = wanted.substr(0, comma);
    wanted.erase(0, comma + 1);
    cards.push_back(wire::await_card(mac, kPatience));
    if (cards.back().empty()) return "no driver found the card " + mac;
  }
  return {};
}

// Fair queueing drops what waits too long, which on a slow machine is everything.
void choose_plain_queues() { agent::write_file("/proc/sys/net/core/default_qdisc", "pfifo_fast"); }

Problem set_up() {
  if (auto failed = load_modules(kModules); !failed.empty()) return failed;
  boot::mark("modules");
  choose_plain_queues();
  std::vector<std::string> cards;
  if (auto failed = find_cards(cards); !failed.empty()) return failed;
  const auto mtu = protocol::to_number(told("refrag.mtu")).value_or(1500);
  if (auto failed = wire::make_bridge(cards, static_cast<int>(mtu)); !failed.empty()) {
    return failed;
  }
  boot::mark("bridge");
  return wire::await_forwarding(cards, kPatience);
}

// A reset ends QEMU (-no-reboot) also where a kernel cannot switch the machine off.
[[noreturn]] void end_machine() {
  reboot(RB_AUTOBOOT);
  for (;;) pause();
}

// Connection tracking and rules take as long to load as the rest. The runner's first question is
// who is there, and then it starts a suite, which takes it as long again.
Problem serve(agent::Agent& agent, agent::Console& console) {
  bool is_whole = false;
  protocol::Message last, reply;  // asked again, it is said again and not done again
  while (!agent.asked_to_end) {
    for (const auto& request : console.read(60 * kSecond, agent.watch)) {
      if (!(request == last)) reply = wire::answer(agent, request);
      last = request;
      console.say(reply);
      if (is_whole) continue;
      console.drain(kSecond);
      if (auto failed = load_modules(kLaterModules); !failed.empty()) return failed;
      is_whole = true;
    }
    if (console.at_end()) sleep(1);
  }
  console.drain(kSecond);
  return {};
}

}  // namespace

int main() {
  if (getpid() != 1) return 2;
  mount_file_systems();
  boot::mark("init");
  if (told("refrag.stop") == "boot") end_machine();
  const auto port = wire::open_command_port();
  agent::install_last_words(port.get());
  agent::Console console(port.get(), port.get());
  console.make_raw();

  agent::Agent agent;
  agent.owns_machine = true;
  auto failed = set_up();
  if (failed.empty()) failed = agent.links.open();
  if (failed.empty()) {
    boot::mark("forwarding");
    failed = serve(agent, console);
  }
  if (!failed.empty()) boot::fail("set-up", failed.c_str());
  end_machine();
}
