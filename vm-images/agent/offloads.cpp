// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/offloads.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace refrag::agent {
namespace {

struct Feature {
  std::uint32_t get, set;
};
// In an order in which they can be turned on: what is scattered wants checksums, and what is cut
// wants to be scattered.
constexpr std::array<Feature, 6> kFeatures = {{{ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM},
                                               {ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM},
                                               {ETHTOOL_GSG, ETHTOOL_SSG},
                                               {ETHTOOL_GTSO, ETHTOOL_STSO},
                                               {ETHTOOL_GGSO, ETHTOOL_SGSO},
                                               {ETHTOOL_GGRO, ETHTOOL_SGRO}}};
using Values = std::array<bool, kFeatures.size()>;

// 0 or an errno.
int ask(const std::string& device, ethtool_value& value) {
  const Fd control(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  device.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&value);
  return ioctl(control.get(), SIOCETHTOOL, &request) == 0 ? 0 : errno;
}

Values values_of(const std::string& device) {
  Values values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    ethtool_value value{.cmd = kFeatures[i].get, .data = 0};
    values[i] = ask(device, value) == 0 && value.data != 0;
  }
  return values;
}

struct Known {
  std::string device;
  Values found;  // when it was first looked at
  Values least;  // as it is when all is off that can be
};

Known& known(const std::string& device) {
  static std::vector<Known> devices;
  const auto it = std::ranges::find(devices, device, &Known::device);
  return it != devices.end() ? *it : devices.emplace_back(Known{device, values_of(device), {}});
}

Problem set(const std::string& device, const Values& wanted) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ethtool_value value{.cmd = kFeatures[i].set, .data = wanted[i]};
    const int error = ask(device, value);
    if (error != 0 && error != EOPNOTSUPP && error != EINVAL) {
      return problem("setting the offloads of " + device, error);
    }
  }
  return {};
}

}  // namespace

Problem set_offloads(const std::vector<std::string>& devices, const std::string& value) {
  for (const auto& device : devices) {
    auto& it = known(device);
    auto failed = set(device, value == "0" ? Values{} : it.found);
    if (!failed.empty()) return failed;
    if (value == "0") it.least = values_of(device);
  }
  return {};
}

std::string offloads_in_force(const std::vector<std::string>& devices) {
  const auto are = [&](Values Known::*which) {
    return std::ranges::all_of(
        devices, [&](const auto& device) { return values_of(device) == known(device).*which; });
  };
  const auto has_any = [](const auto& device) {
    return std::ranges::count(known(device).found, true) > 0;
  };
  if (std::ranges::none_of(devices, has_any)) return {};
  return are(&Known::found) ? "1" : are(&Known::least) ? "0" : "other";
}

}  // namespace refrag::agent
