// SPDX-License-Identifier: GPL-2.0-or-later
// What a host is like, read in one round trip and changing nothing: all that decides what its
// bridges do with fragments, and all that has to be free before something of ours is put there.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/host/shell.hpp"

namespace refrag::host {

struct Survey {
  std::map<std::string, std::string, std::less<>> sections;  // as they came

  // A section's text, "" when the host did not say.
  std::string_view text(std::string_view section) const;
  bool has(std::string_view section) const { return !text(section).empty(); }
  std::vector<std::string> lines(std::string_view section) const;

  std::string release() const { return std::string(text("release")); }

  // What known bugs are looked up by: the build's own version where the kernel says it ("6.1.192-1"
  // of Debian's 6.1.0-56-amd64), else its release.
  std::string kernel_version() const;

  // Of /proc/sys/net/bridge, by name; empty when br_netfilter is not there.
  std::map<std::string, std::string> bridge_sysctls() const;
  bool has_br_netfilter() const { return !bridge_sysctls().empty(); }

  // Bridges that have the hooks on for themselves, whatever the sysctl says.
  std::set<std::string> hooked_bridges() const;

  // A rule makes connection tracking look at what is forwarded.
  bool tracks_connections() const;

  // Rules drop what is forwarded unless another rule takes it.
  bool drops_forwarded() const;

  // Which container engines and firewall managers run.
  std::vector<std::string> meddlers() const;

  std::string loaded_modules() const;  // names, separated by blanks
  std::set<int> vlans_in_use() const;

  // No address, route or rule of the host has it: "198.18.7".
  bool is_free_network(std::string_view three_bytes) const;
};

Survey parse_survey(std::string_view said);

// Throws Error (lab) when the host does not answer.
Survey survey(Shell& shell, base::Deadline deadline);

}  // namespace refrag::host
