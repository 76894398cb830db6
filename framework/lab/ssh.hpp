// SPDX-License-Identifier: GPL-2.0-or-later
// The one ssh connection to a host of the lab: keys made for one boot, a master connection, and
// everything else through it. A handshake costs seconds under emulation, a channel does not.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/process.hpp"

namespace refrag::lab {

// Made in a private folder; everything is readable by us alone.
struct Keys {
  std::filesystem::path host_key;     // private, for the host's sshd
  std::filesystem::path client_key;   // private, ours
  std::filesystem::path known_hosts;  // names the host's key, under the name "lab"
};
Keys make_keys(const std::filesystem::path& folder, base::Deadline deadline);

class SshMaster {
 public:
  struct Forward {
    std::filesystem::path local;  // unix socket here
    std::string remote;           // unix socket there
  };

  // Connects to 127.0.0.1:port as root. Returns at once; see await().
  SshMaster(const std::filesystem::path& folder, const Keys& keys, int port,
            const Forward& forward);

  // Waits until it is connected. False when the deadline passed, ssh ended or stop_fd became
  // readable.
  bool await(base::Deadline deadline, int stop_fd);

  // What ssh said, for when it ended.
  std::string said() const;

  // Starts a POSIX shell on the host over the connection.
  std::vector<std::string> shell() const;

 private:
  std::filesystem::path control_;
  std::filesystem::path log_;
  base::Fd connected_;
  std::optional<base::Process> process_;
};

}  // namespace refrag::lab
