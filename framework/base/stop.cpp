// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/stop.hpp"

#include <atomic>
#include <cstdint>

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace refrag::base {

namespace {

std::atomic<int> event_fd{-1};
std::atomic<int> asked{0};
thread_local int held = 0;

void on_signal(int signal) {
  int none = 0;
  if (!asked.compare_exchange_strong(none, signal)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_fd.load(), &one, sizeof one);
}

}  // namespace

void install_stop_handlers() {
  if (event_fd < 0) event_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action = {};
  action.sa_handler = on_signal;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int stop_fd() noexcept { return held > 0 ? -1 : event_fd.load(); }

int stop_signal() noexcept { return asked; }

void throw_if_stopped() {
  if (held == 0 && asked != 0) throw Stopped(asked);
}

StopHeld::StopHeld() noexcept { ++held; }
StopHeld::~StopHeld() { --held; }

}  // namespace refrag::base
