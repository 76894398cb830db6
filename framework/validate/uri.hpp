// SPDX-License-Identifier: GPL-2.0-or-later
// Where a host is, in libvirt's words: xen:///system, qemu+ssh://root@host:2222/system. Of
// libvirt's parameters these are heeded: socket, keyfile, known_hosts. Pure.
#pragma once

#include <string>
#include <vector>

namespace refrag::validate {

struct HostUri {
  std::string text;       // as it was given
  std::string driver;     // "xen", "qemu"
  std::string transport;  // "", "unix", "ssh"
  std::string login;      // "root@host", "host"; empty for this machine
  int port = 0;           // 0: ssh's own choice
  std::string socket;     // of libvirtd, where it is not the usual one
  std::string key_file;
  std::string known_hosts;

  bool is_remote() const { return transport == "ssh"; }
};

// Throws Error (usage) for what is no such URI, and for no_verify: host keys are always checked.
HostUri parse_uri(const std::string& text);

// ssh's options for it. Host keys are checked, nobody is asked for a password, and what the user's
// own configuration says otherwise holds.
std::vector<std::string> ssh_options(const HostUri& uri);

}  // namespace refrag::validate
