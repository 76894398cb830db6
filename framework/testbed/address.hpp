// SPDX-License-Identifier: GPL-2.0-or-later
// The address file of a running testbed: what whoever started it tells the suite programs.
#pragma once

#include <string>
#include <vector>

#include "framework/base/files.hpp"
#include "framework/packet/link.hpp"
#include "framework/testbed/path.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

// Of the machine's own cards on a wire; its bridge takes one of them.
inline constexpr packet::Mac wire_card_a = {{0x52, 0x54, 0, 0x72, 0x66, 0x0a}};
inline constexpr packet::Mac wire_card_b = {{0x52, 0x54, 0, 0x72, 0x66, 0x0b}};

// Two guests under a libvirt; the facts' kind is its name: "xen" or "kvm".
struct XenAddress {
  std::string libvirt;              // URI
  std::vector<std::string> shell;   // argv of a shell on the host
  std::vector<std::string> guests;  // domains, a then b
  std::vector<std::string> logs;    // files for what they say on their consoles
  bool is_disposable = false;       // the host is thrown away: nothing is put back on it
  Facts facts;
  Networks networks = {};  // the guests' addresses, where they are not the usual ones
};

// One QEMU machine: its cards' cables and its second serial port are sockets on which QEMU listens.
struct WireAddress {
  std::string a;         // card a, by netdev stream
  std::string b;         // card b
  std::string commands;  // serial port
  std::string console;   // the file that holds what it says
  int window = 256;      // frames that may be under way: what the cards can hold
  Facts facts;
};

void write_address(const base::fs::path& path, const XenAddress& address);
void write_address(const base::fs::path& path, const WireAddress& address);

// "xen", "wire". Throws Error (lab) when the file is none of ours.
std::string read_kind(const base::fs::path& path);
XenAddress read_xen_address(const base::fs::path& path);
WireAddress read_wire_address(const base::fs::path& path);

}  // namespace refrag::testbed
