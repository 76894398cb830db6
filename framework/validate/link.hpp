// SPDX-License-Identifier: GPL-2.0-or-later
// The way to a host that is there already: a shell, libvirt and files, all through one ssh
// connection where it is another machine.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"
#include "framework/validate/uri.hpp"

namespace refrag::validate {

class HostLink {
 public:
  // Throws Error (lab) in ssh's own words: a host key that is not known or has changed, no key that
  // is let in, no answer.
  HostLink(const HostUri& uri, base::Deadline deadline);

  const HostUri& uri() const noexcept { return uri_; }

  // argv of a POSIX shell on the host.
  std::vector<std::string> shell() const { return run_there("sh"); }

  // Where its libvirt answers; `sockets` are those that were found there.
  std::string libvirt(const std::vector<std::string>& sockets, base::Deadline deadline);

  // Writes a file there that is readable by root alone. Throws Error (lab).
  void send(const base::fs::path& file, const std::string& to, base::Deadline deadline) const;

  // Readable once the connection has ended; -1 on this machine.
  int gone_fd() const noexcept { return master_ ? master_->pid_fd() : -1; }

 private:
  std::vector<std::string> run_there(const std::string& command) const;
  std::string control() const { return (private_.path() / "ssh").string(); }
  void connect(base::Deadline deadline);

  HostUri uri_;
  base::TempDir private_;
  std::optional<base::Process> master_;
};

}  // namespace refrag::validate
