// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/ssh.hpp"

#include <array>
#include <future>

#include <fcntl.h>
#include <fmt/format.h>

#include "framework/base/files.hpp"
#include "framework/base/text.hpp"

namespace refrag::lab {

namespace fs = std::filesystem;

namespace {

void make_key(const fs::path& file, base::Deadline deadline) {
  base::run_ok(
      {.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file.string()}},
      deadline);
}

}  // namespace

Keys make_keys(const fs::path& folder, base::Deadline deadline) {
  const Keys keys{folder / "host_key", folder / "client_key", folder / "known_hosts"};
  auto host_key = std::async(std::launch::async, make_key, keys.host_key, deadline);
  make_key(keys.client_key, deadline);
  host_key.get();
  const auto key = base::read_file(keys.host_key.string() + ".pub");
  base::write_file(keys.known_hosts, "lab " + key, 0600);
  return keys;
}

SshMaster::SshMaster(const fs::path& folder, const Keys& keys, int port, const Forward& forward)
    : control_(folder / "ssh"), log_(folder / "ssh.log") {
  auto pipe = base::make_pipe();
  const auto log = base::open_file(log_.string(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const auto option = [](const char* name, const auto& value) {
    return fmt::format("-o{}={}", name, value);
  };
  // The user's own configuration has no say here. The words of LocalCommand come when the
  // connection and its forwards are up.
  process_ =
      base::Process::start({.argv = {"ssh",
                                     "-F",
                                     "none",
                                     "-N",
                                     "-M",
                                     "-S",
                                     control_.string(),
                                     "-i",
                                     keys.client_key.string(),
                                     "-p",
                                     std::to_string(port),
                                     "-L",
                                     fmt::format("{}:{}", forward.local.string(), forward.remote),
                                     option("HostKeyAlias", "lab"),
                                     option("UserKnownHostsFile", keys.known_hosts.string()),
                                     option("GlobalKnownHostsFile", "none"),
                                     option("StrictHostKeyChecking", "yes"),
                                     option("IdentitiesOnly", "yes"),
                                     option("IdentityAgent", "none"),
                                     option("BatchMode", "yes"),
                                     option("ExitOnForwardFailure", "yes"),
                                     option("Ciphers", "aes128-ctr"),
                                     option("LogLevel", "ERROR"),
                                     option("PermitLocalCommand", "yes"),
                                     option("LocalCommand", "echo connected"),
                                     "root@127.0.0.1"}},
                           {.out = pipe.write_end.get(), .err = log.get()});
  connected_ = std::move(pipe.read_end);
}

bool SshMaster::await(base::Deadline deadline, int stop_fd) {
  const std::array fds = {connected_.get(), stop_fd};
  return base::wait_readable(fds, deadline) == 0u && !base::read_some(connected_.get()).empty();
}

std::string SshMaster::said() const { return base::last_lines(base::read_file(log_), 3); }

std::vector<std::string> SshMaster::shell() const {
  return {"ssh", "-F", "none", "-S", control_.string(), "-oBatchMode=yes", "root@lab", "sh"};
}

}  // namespace refrag::lab
