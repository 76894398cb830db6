// SPDX-License-Identifier: GPL-2.0-or-later
// What a run changes on a host that is not its own, told before it is done: one line of JSON a
// change, on the host's own disk and synced, so that whoever finds it can put everything back.
// Pure; host_lease.hpp writes it.
//
// The first line says who: {"owner", "boot"}. Every further line is a change. All undos can be done
// again, and of things that were never made: a change that is told need not have happened.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace refrag::host {

// The one folder of ours on a host: being there, it says that the host is taken.
inline constexpr const char* lease_folder = "/var/lib/refrag";

enum class ChangeKind {
  sysctl,   // name: its path below /proc/sys; before: its value
  table,    // name: "ip refrag", an nftables table that was not there
  link,     // name: a network device that was not there
  modules,  // before: the modules that were loaded, separated by blanks; name: those that may be
            // taken out again
  file,     // name: a path that was not there
  domain,   // name: a guest that was not there; before: the UUID it is given. libvirt's
};

std::string_view to_text(ChangeKind kind);

struct Change {
  ChangeKind kind = ChangeKind::file;
  std::string name;
  std::string before = {};

  bool operator==(const Change&) const = default;
};

struct Journal {
  std::string owner;  // "root@build7, process 4711, since 2026-11-22T10:15:00"
  std::string boot;   // /proc/sys/kernel/random/boot_id of the host then
  std::vector<Change> changes;
  int unreadable = 0;  // lines; the last of a run that was cut off is none
};

// Each with its newline.
std::string first_line(std::string_view owner, std::string_view boot);
std::string line_of(const Change& change);

// Any bytes are allowed: what is no line of ours is counted.
Journal parse_journal(std::string_view text);

// What has to be undone, the latest first. A host that has booted since has forgotten all but
// files.
std::vector<Change> to_undo(const Journal& journal, std::string_view boot_now);

// A POSIX script that puts it back and looks whether it is as it was; it fails and says why when it
// is not. Nothing for a domain.
std::string undo_script(const Change& change);

// What a person would type.
std::string by_hand(const Change& change);

}  // namespace refrag::host
