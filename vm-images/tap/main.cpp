// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the last frames at some devices in memory, and hands them over when asked:
//
//   tap DEVICE...
//
// says "ready" once it listens, or why it cannot. Then a line on stdin asks for something:
//
//   time             "time NOW": nanoseconds of Unix time
//   begin            nothing: MISSED is counted from here
//   judge SINCE MTU [TAGS TAGS]
//                    "judged ENTERED LEFT REFRAGMENTED UNJUDGED VIOLATIONS MISSED": see judge.hpp;
//                    with tags as they are at the first device and at the second, where the bridge
//                    changes them (framework/packet/tag_list.hpp)
//   rules [NAME]     sets these (vm-images/wire/nftables.hpp) when there is a name, and says
//                    "rules NAME IP IP6 BRIDGE": those in force, and the packets they have seen;
//                    or "failed WHY"
//   write PATH TEXT  "written", or "failed WHY"
//   set NAME VALUE   the same, of the bridge and its ports (vm-images/wire/port_knobs.hpp)
//   knobs            "knobs BYTES" and that many bytes: all of these, "NAME VALUE" each
//   files PATH...    "files BYTES" and that many bytes: see host.hpp
//   log              "log BYTES" and that many bytes: the kernel's messages since the last time
//   dump SINCE       "pcapng BYTES MISSED" and that many bytes: a file with what was seen since
//
// MISSED is how many frames found no room. It ends when stdin does. It writes nothing to any disk,
// and it sleeps while nobody asks.
#include <algorithm>
#include <ctime>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "framework/protocol/message.hpp"
#include "vm-images/tap/host.hpp"
#include "vm-images/tap/judge.hpp"
#include "vm-images/tap/pcapng.hpp"
#include "vm-images/wire/nftables.hpp"

namespace {

using namespace refrag;

constexpr int kTurn = 300;                   // milliseconds between two looks after the rings
constexpr std::size_t kLargest = 24u << 20;  // bytes of one dump

void say(std::string_view text) {
  while (!text.empty()) {
    const auto done = write(STDOUT_FILENO, text.data(), text.size());
    if (done <= 0) _exit(1);
    text.remove_prefix(static_cast<std::size_t>(done));
  }
}

std::uint64_t unix_time() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

using agent::Frame;
using tap::Device;

// What was seen just now is shown after a moment.
void settle(std::vector<Device>& devices) {
  constexpr int step = 2;
  const auto turn = [&] {
    for (auto& device : devices) device.ring.turn();
  };
  turn();
  for (int left = 3 * agent::kRetireTime; left > 0; left -= step) {
    if (std::ranges::all_of(devices, [](auto& device) { return device.ring.is_settled(); })) return;
    poll(nullptr, 0, step);
    turn();
  }
}

std::uint32_t missed(std::vector<Device>& devices, std::uint64_t since) {
  std::uint32_t all = 0;
  for (auto& device : devices) all += device.ring.missed(since);
  return all;
}

void dump(std::vector<Device>& devices, std::uint64_t since) {
  settle(devices);
  std::string file;
  std::uint32_t left_out = 0;
  tap::append_section(file);
  for (const auto& device : devices) tap::append_device(file, device.name);
  for (std::uint32_t i = 0; i < devices.size(); ++i) {
    tap::each_since(devices[i], since, [&](const Frame& frame) {
      if (file.size() < kLargest) {
        tap::append_frame(file, i, frame);
      } else {
        ++left_out;
      }
    });
  }
  left_out += missed(devices, since);
  say("pcapng " + std::to_string(file.size()) + " " + std::to_string(left_out) + "\n");
  say(file);
}

std::int64_t number(std::string_view word) { return protocol::to_number(word).value_or(0); }

void judge(std::vector<Device>& devices, std::string_view request) {
  const auto since = static_cast<std::uint64_t>(number(tap::take_word(request)));
  const auto mtu = static_cast<int>(number(tap::take_word(request)));
  const auto retag = tap::retag_of(request);
  settle(devices);
  const auto found = tap::judge(devices, since, mtu, retag);
  say("judged " + found + " " + std::to_string(missed(devices, since)) + "\n");
}

void rules(const std::string& name) {
  const auto failed = name.empty() ? agent::Problem() : wire::set_rules(name);
  if (!failed.empty()) return say("failed " + failed + "\n");
  const auto seen = wire::forwarded();
  std::string text = "rules " + wire::rules_in_force();
  for (const auto number : {seen.ip, seen.ip6, seen.bridge}) text += " " + std::to_string(number);
  say(text + "\n");
}

void say_long(const char* what, const std::string& text) {
  say(std::string(what) + " " + std::to_string(text.size()) + "\n" + text);
}

void written(const agent::Problem& failed) {
  say(failed.empty() ? "written\n" : "failed " + failed + "\n");
}

wire::Ports ports(const std::vector<Device>& devices) {
  return devices.size() == 2 ? tap::ports_of(devices[0].name, devices[1].name) : wire::Ports();
}

void take_request(std::vector<Device>& devices, tap::KernelLog& log, std::string_view line) {
  auto rest = line;
  const auto verb = tap::take_word(rest);
  if (verb == "time") say("time " + std::to_string(unix_time()) + "\n");
  if (verb == "begin") {
    for (auto& device : devices) device.ring.begin();
  }
  if (verb == "write") written(tap::write_setting(rest));
  if (verb == "set") written(tap::set_knob(ports(devices), rest));
  if (verb == "knobs") say_long("knobs", tap::read_knobs(ports(devices)));
  if (verb == "files") say_long("files", tap::read_settings(rest));
  if (verb == "log") say_long("log", log.take());
  if (verb == "rules") rules(std::string(rest));
  if (verb == "judge") judge(devices, rest);
  if (verb == "dump") {
    dump(devices, static_cast<std::uint64_t>(number(rest)));
  }
}

// False when nothing more will come.
bool take_requests(std::vector<Device>& devices, tap::KernelLog& log, std::string& heard) {
  char buffer[4096];
  const auto got = read(STDIN_FILENO, buffer, sizeof buffer);
  if (got <= 0) return false;
  heard.append(buffer, static_cast<std::size_t>(got));
  for (std::size_t end; (end = heard.find('\n')) != heard.npos; heard.erase(0, end + 1)) {
    take_request(devices, log, std::string_view(heard).substr(0, end));
  }
  return heard.size() < sizeof buffer;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Device> devices(static_cast<std::size_t>(argc > 1 ? argc - 1 : 0));
  for (std::size_t i = 0; i < devices.size(); ++i) {
    devices[i].name = argv[i + 1];
    if (const auto failed = devices[i].ring.open(devices[i].name); !failed.empty()) {
      say(failed + "\n");
      return 1;
    }
  }
  for (auto& device : devices) device.from = unix_time();
  tap::KernelLog log;
  log.open();
  say("ready\n");
  std::string heard;
  for (;;) {
    pollfd input = {STDIN_FILENO, POLLIN, 0};
    const int ready = poll(&input, 1, kTurn);
    for (auto& device : devices) device.ring.turn();
    if (ready > 0 && !take_requests(devices, log, heard)) return 0;
  }
}
