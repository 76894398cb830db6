// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/bridge.hpp"

#include <algorithm>
#include <cstring>

#include <dirent.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "framework/protocol/message.hpp"

namespace refrag::wire {
namespace {

using agent::Fd;
using agent::Micros;
using agent::now;
using agent::Problem;
using agent::problem;

constexpr int kPause = 2;  // milliseconds between two looks
const std::string kNet = "/sys/class/net/";

// BR_STATE_FORWARDING of linux/if_bridge.h.
constexpr char kForwarding = '3';

class Control {
 public:
  Control() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}

  Problem make_bridge() {
    if (ioctl(socket_.get(), SIOCBRADDBR, kBridge) != 0) return problem("making a bridge");
    return {};
  }

  Problem add_port(const std::string& card) {
    auto request = request_for(kBridge);
    request.ifr_ifindex = static_cast<int>(index_of(card));
    return run(SIOCBRADDIF, request, "adding " + card + " to the bridge");
  }

  Problem set_mtu(const std::string& name, int mtu) {
    auto request = request_for(name);
    request.ifr_mtu = mtu;
    return run(SIOCSIFMTU, request, "setting the MTU of " + name);
  }

  Problem set_up(const std::string& name) {
    auto request = request_for(name);
    request.ifr_flags = IFF_UP;
    return run(SIOCSIFFLAGS, request, "setting " + name + " up");
  }

 private:
  static ifreq request_for(const std::string& name) {
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    return request;
  }

  int index_of(const std::string& name) {
    auto request = request_for(name);
    return ioctl(socket_.get(), SIOCGIFINDEX, &request) == 0 ? request.ifr_ifindex : 0;
  }

  Problem run(unsigned long what, ifreq& request, const std::string& doing) {
    return ioctl(socket_.get(), static_cast<int>(what), &request) == 0 ? Problem() : problem(doing);
  }

  Fd socket_;
};

bool forwards(const std::string& card) {
  const auto state = agent::read_file(kNet + kBridge + "/brif/" + card + "/state");
  return state && state->starts_with(kForwarding);
}

// What a folder has entries for, but for itself and its parent.
std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  DIR* const folder = opendir(path.c_str());
  if (!folder) return names;
  while (const dirent* entry = readdir(folder)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  closedir(folder);
  return names;
}

// The ports first: a bridge cannot have more than they do.
std::vector<std::string> ports_and_bridge() {
  auto names = names_in(kNet + kBridge + "/brif");
  names.emplace_back(kBridge);
  return names;
}

std::string card_with(const std::string& mac) {
  for (const auto& name : names_in(kNet)) {
    const auto address = agent::read_file(kNet + name + "/address");
    if (address && address->starts_with(mac)) return name;
  }
  return {};
}

// Looks every few milliseconds whether something holds.
template <class Condition>
bool await(const Condition& holds, Micros time) {
  for (const Micros until = now() + time; now() < until; poll(nullptr, 0, kPause)) {
    if (holds()) return true;
  }
  return holds();
}

}  // namespace

std::string await_card(const std::string& mac, Micros time) {
  std::string name;
  await([&] { return !(name = card_with(mac)).empty(); }, time);
  return name;
}

Problem make_bridge(const std::vector<std::string>& cards, int mtu) {
  Control control;
  if (auto failed = control.make_bridge(); !failed.empty()) return failed;
  // Without a spanning tree any delay will do; some kernels want one of STP's, and mind no other.
  agent::write_file(kNet + kBridge + "/bridge/forward_delay", "0");
  for (const auto& card : cards) {
    if (auto failed = control.set_mtu(card, mtu); !failed.empty()) return failed;
    if (auto failed = control.add_port(card); !failed.empty()) return failed;
    if (auto failed = control.set_up(card); !failed.empty()) return failed;
  }
  if (auto failed = control.set_mtu(kBridge, mtu); !failed.empty()) return failed;
  return control.set_up(kBridge);
}

std::vector<std::string> ports() {
  const std::string folder = kNet + kBridge + "/brif/";
  auto names = names_in(folder);
  std::ranges::sort(names, {}, [&](const std::string& name) {
    return agent::read_file(folder + name + "/port_no").value_or("");
  });
  return names;
}

Problem set_mtu(int mtu) {
  Control control;
  for (const auto& name : ports_and_bridge()) {
    if (auto failed = control.set_mtu(name, mtu); !failed.empty()) return failed;
  }
  return {};
}

int least_mtu() {
  std::int64_t least = 65535;
  for (const auto& name : ports_and_bridge()) {
    auto text = agent::read_file(kNet + name + "/mtu").value_or("");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    least = std::min(least, protocol::to_number(text).value_or(0));
  }
  return static_cast<int>(least);
}

Problem await_forwarding(const std::vector<std::string>& cards, Micros time) {
  const Micros until = now() + time;
  for (const auto& card : cards) {
    if (await([&] { return forwards(card); }, until - now())) continue;
    return card + " does not forward";
  }
  return {};
}

}  // namespace refrag::wire
