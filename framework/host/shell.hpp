// SPDX-License-Identifier: GPL-2.0-or-later
// The command channel to a host: one POSIX shell that stays, here or at the other end of an ssh
// connection. A round trip costs no login and no fork of ours, which matters under emulation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/process.hpp"

namespace refrag::host {

struct Reply {
  int code = 0;
  std::string out;  // stdout and stderr as they came, without the last newline

  bool ok() const { return code == 0; }
};

class Shell {
 public:
  // argv starts a POSIX shell that reads its standard input: {"sh"}, {"ssh", ..., "sh"}.
  explicit Shell(std::vector<std::string> argv);

  const std::vector<std::string>& argv() const noexcept { return argv_; }

  // Starts it ahead of the first script, so that logging in goes on beside other work.
  void open();

  // Runs a script in a subshell. Throws Error (lab) when the channel ends or the deadline passes;
  // the channel is opened anew at the next call then.
  Reply run(std::string_view script, base::Deadline deadline);

  // The same; a script that fails is an Error with what it said.
  std::string run_ok(std::string_view script, base::Deadline deadline);

 private:
  struct Channel {
    base::Fd to;
    base::Fd from;
    base::Process process;
  };

  std::string read_until(const std::string& mark, base::Deadline deadline);

  std::vector<std::string> argv_;
  std::optional<Channel> channel_;
  unsigned sequence_ = 0;
};

}  // namespace refrag::host
