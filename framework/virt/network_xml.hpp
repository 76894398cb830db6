// SPDX-License-Identifier: GPL-2.0-or-later
// A network of ours as libvirt's XML. Pure.
#pragma once

#include <string>

namespace refrag::virt {

// A bridge with nothing on it but us: no DHCP, no DNS, no firewall rules of libvirt's (mode open),
// no spanning tree, ports that forward at once. Mode open wants an address, and libvirt turns
// net.ipv4.ip_forward on for it.
struct NetworkSpec {
  std::string name = {};
  std::string bridge = {};
  std::string address = {};  // of the bridge, IPv4
  int prefix = 24;
  int mtu = 1500;  // bytes of IP
};

std::string network_xml(const NetworkSpec& spec);

}  // namespace refrag::virt
