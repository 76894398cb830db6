// SPDX-License-Identifier: GPL-2.0-or-later
// Programs we start. Each is a process group of its own, inherits no descriptor but the three it is
// given, and dies with us (also when we are killed with SIGKILL).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "framework/base/deadline.hpp"

namespace refrag::base {

struct Command {
  std::vector<std::string> argv;  // argv[0] is a path or is looked up in PATH
  std::filesystem::path directory = {};
  std::map<std::string, std::string> environment = {};  // added to ours
  std::string input = {};                               // run() only

  std::string text() const;  // for messages, words joined by spaces
};

struct ExitStatus {
  int code = 0;    // when signal is 0
  int signal = 0;  // that ended it

  bool ok() const { return code == 0 && signal == 0; }
  std::string text() const;  // "exited with 2", "was ended by SIGKILL"
};

// Descriptors for the child; -1 is /dev/null.
struct Streams {
  int in = -1;
  int out = -1;
  int err = -1;
};

class Process {
 public:
  // Throws Error when the program does not exist or cannot be started. The thread that calls this
  // has to live as long as the process (PR_SET_PDEATHSIG is sent when it ends).
  static Process start(const Command& command, Streams streams = {});

  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();  // ends the whole group with SIGKILL and reaps

  pid_t pid() const noexcept;
  int pid_fd() const noexcept;  // readable once it has ended

  std::optional<ExitStatus> poll();
  std::optional<ExitStatus> wait(Deadline deadline);  // nullopt when the deadline has passed
  void signal(int number) noexcept;                   // to the whole group

  // SIGTERM, then SIGKILL for what is still there after the grace time.
  ExitStatus end(milliseconds grace);

 private:
  struct Child;
  explicit Process(std::unique_ptr<Child> child);
  std::unique_ptr<Child> child_;
};

struct Output {
  ExitStatus status;
  bool timed_out = false;  // it was ended by us at the deadline
  bool truncated = false;  // more than `limit` bytes came on a stream; the rest was dropped
  std::string out;
  std::string err;

  bool ok() const { return !timed_out && status.ok(); }
};

// Runs to the end and captures both streams, at most limit bytes of each.
Output run(const Command& command, Deadline deadline, std::size_t limit = 64u << 20);

// The same, but anything but success is an Error with the last lines of what it said.
Output run_ok(const Command& command, Deadline deadline, std::size_t limit = 64u << 20);

// Full path of a program in PATH, empty when there is none.
std::filesystem::path find_program(const std::string& name);

// Throws Error (lab) that names the program and the Debian package it comes in.
void require_program(const std::string& name, const std::string& package);

}  // namespace refrag::base
