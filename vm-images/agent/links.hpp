// SPDX-License-Identifier: GPL-2.0-or-later
// Network devices: what there is, and setting it up. A device that is not there yet (a card whose
// driver is still talking to the other side) is waited for.
#pragma once

#include <string>
#include <vector>

#include "vm-images/agent/netlink.hpp"

namespace refrag::agent {

struct Link {
  std::string name;
  int index = 0;
  int mtu = 0;  // bytes of IP
  bool up = false;
  bool carrier = false;
  std::uint32_t dropped = 0;  // packets that were to be sent
  std::string mac;            // aa:bb:cc:dd:ee:ff, empty where it has none
};

struct Vlan {
  int id = 0;
  bool service = false;  // 802.1ad instead of 802.1Q
  int priority = 0;      // in the tag of all that is sent
};

class Links {
 public:
  Problem open() { return netlink_.open(); }

  std::vector<Link> list();
  std::optional<Link> find(const std::string& name);
  Problem await(const std::string& name, Micros time);

  Problem set(const std::string& name, std::optional<int> mtu, std::optional<bool> up);
  // IPv4 or IPv6 as "address/prefix"; an IPv6 address can be used at once (no duplicate detection).
  Problem add_address(const std::string& name, const std::string& address);
  Problem add_vlan(const std::string& parent, const std::string& name, const Vlan& vlan);
  Problem remove(const std::string& name);

  // The neighbour's MAC as far as it is known; empty otherwise.
  std::string neighbour(const std::string& address);
  // Forgets neighbours, routes learnt and path MTUs.
  Problem flush();

 private:
  Netlink netlink_;
};

}  // namespace refrag::agent
