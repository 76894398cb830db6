// SPDX-License-Identifier: GPL-2.0-or-later
// An orderly stop: SIGINT, SIGTERM and SIGHUP set a flag that every wait notices; what is owned is
// then released by destructors on the way out. A second signal while releasing changes nothing.
#pragma once

#include <exception>

namespace refrag::base {

// Thrown by waits after a stop was asked for; caught in main, which exits with 128 + signal.
class Stopped : public std::exception {
 public:
  explicit Stopped(int signal) noexcept : signal_(signal) {}
  int signal() const noexcept { return signal_; }
  const char* what() const noexcept override { return "stopped by a signal"; }

 private:
  int signal_;
};

// Installs the handlers and ignores SIGPIPE. Call once, early in main.
void install_stop_handlers();

// Readable from the moment a stop was asked for; -1 before install_stop_handlers().
int stop_fd() noexcept;

// The signal that asked for a stop, 0 if none.
int stop_signal() noexcept;

void throw_if_stopped();

// While one of these lives, waits do not throw: for releasing what needs a wait itself.
class StopHeld {
 public:
  StopHeld() noexcept;
  ~StopHeld();
  StopHeld(const StopHeld&) = delete;
  StopHeld& operator=(const StopHeld&) = delete;
};

}  // namespace refrag::base
