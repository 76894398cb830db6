// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/link.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::validate {

using base::Deadline;
using base::Error;
using base::Fault;

HostLink::HostLink(const HostUri& uri, Deadline deadline) : uri_(uri), private_("link") {
  if (uri_.is_remote()) connect(deadline);
}

// The words of LocalCommand come when the connection is up.
void HostLink::connect(Deadline deadline) {
  base::require_program("ssh", "openssh-client");
  auto said = base::make_pipe();
  const auto log_file = private_.path() / "ssh.log";
  const auto log = base::open_file(log_file.string(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  std::vector<std::string> argv = {"ssh", "-N", "-M", "-S", control()};
  const auto options = ssh_options(uri_);
  argv.insert(argv.end(), options.begin(), options.end());
  argv.insert(argv.end(), {"-oPermitLocalCommand=yes", "-oLocalCommand=echo connected",
                           "-oControlPersist=no", "--", uri_.login});
  master_ = base::Process::start({.argv = argv}, {.out = said.write_end.get(), .err = log.get()});
  said.write_end.reset();
  const bool answered = base::wait_readable(said.read_end.get(), deadline);
  if (answered && !base::read_some(said.read_end.get()).empty()) return;
  const auto why = base::printable(base::last_lines(base::read_file(log_file, 1u << 20), 3));
  throw Error(Fault::lab,
              fmt::format("cannot reach {}: {}", uri_.login,
                          !why.empty() ? "ssh: " + why : "ssh did not connect in time"),
              "try `ssh " + uri_.login + " true`");
}

// Never a connection of its own: without the master it fails. What the host writes on stderr would
// go to our terminal as it is: scripts have theirs in their answers.
std::vector<std::string> HostLink::run_there(const std::string& command) const {
  if (!uri_.is_remote()) return {"sh", "-c", "exec " + command};
  return {"sh",
          "-c",
          "exec \"$@\" 2>/dev/null",
          "sh",
          "ssh",
          "-F",
          "none",
          "-S",
          control(),
          "-oBatchMode=yes",
          "-oProxyCommand=false",
          "--",
          "refrag",
          command};
}

std::string HostLink::libvirt(const std::vector<std::string>& sockets, Deadline deadline) {
  if (!uri_.is_remote()) return uri_.text;
  const auto daemon = uri_.driver == "xen" ? "virtxend-sock" : "virtqemud-sock";
  const auto has = [&](const std::string& name) {
    return std::ranges::any_of(sockets, [&](const auto& path) { return path.ends_with(name); });
  };
  auto remote = uri_.socket;
  if (remote.empty()) {
    remote = std::string("/run/libvirt/") +
             (has(daemon) && !has("libvirt-sock") ? daemon : "libvirt-sock");
  }
  const auto local = (private_.path() / "libvirt").string();
  base::run_ok({.argv = {"ssh", "-F", "none", "-S", control(), "-O", "forward", "-L",
                         fmt::format("{}:{}", local, remote), "refrag"}},
               deadline);
  return fmt::format("{}+unix:///system?socket={}", uri_.driver, local);
}

void HostLink::send(const base::fs::path& file, const std::string& to, Deadline deadline) const {
  base::doing("sending " + to, [&] {
    const auto script = fmt::format("umask 077; cat >{0} && chmod 0644 {0}", base::shell_quote(to));
    auto argv = run_there("sh -c " + base::shell_quote(script));
    base::run_ok({.argv = argv, .input = base::read_file(file)}, deadline);
  });
}

}  // namespace refrag::validate
