// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/console_pump.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/fair_clock.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"

namespace refrag::lab {

using base::Deadline;
using base::Fd;

namespace {

constexpr std::size_t largest_log = 16u << 20;

// After a panic the machine prints its trace before it resets: time for the log to have it.
constexpr auto last_words = base::milliseconds(500);

void raise(const Fd& event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event.get(), &one, sizeof one);
}

void lower(const Fd& event) {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(event.get(), &count, sizeof count);
}

Fd make_event() { return Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

base::Process start_qemu(const std::vector<std::string>& command_line, Fd& console,
                         const std::filesystem::path& qemu_log) {
  auto pipe = base::make_pipe();
  const auto errors = base::open_file(qemu_log.string(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  console = std::move(pipe.read_end);
  return base::Process::start({.argv = command_line},
                              {.out = pipe.write_end.get(), .err = errors.get()});
}

}  // namespace

ConsolePump::ConsolePump(const std::vector<std::string>& command_line,
                         const std::filesystem::path& log, const std::filesystem::path& qemu_log)
    : qemu_log_(qemu_log),
      log_(base::open_file(log.string(), O_WRONLY | O_CREAT | O_APPEND, 0644)),
      died_(make_event()),
      progress_(make_event()),
      quit_(make_event()),
      watch_([this](const Mark& mark) { marks_.push_back(mark); }),
      qemu_(start_qemu(command_line, console_, qemu_log)),
      thread_([this](const std::stop_token& stop) { pump(stop); }) {}

ConsolePump::~ConsolePump() {
  end();
  thread_.request_stop();
  raise(quit_);
}

void ConsolePump::pump(std::stop_token stop) {
  const base::StopHeld held;
  for (;;) {
    const std::array fds = {console_.get(), quit_.get()};
    const auto ready = base::wait_readable(fds, Deadline::never());
    if (stop.stop_requested() || !ready) return;
    const auto bytes = base::read_some(console_.get());
    if (bytes.empty()) return raise(died_);
    take(bytes);
  }
}

void ConsolePump::take(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  const auto room = std::min(bytes.size(), largest_log - std::min(largest_log, logged_));
  if (::write(log_.get(), bytes.data(), room) > 0) logged_ += room;
  watch_.feed(bytes);
  if (watch_.panic()) raise(died_);
  raise(progress_);
}

bool ConsolePump::has(const std::string& mark) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(marks_, [&](const Mark& made) { return made.name == mark; });
}

bool ConsolePump::await(const std::string& mark, Deadline deadline) {
  for (;;) {
    lower(progress_);
    if (has(mark)) return true;
    const std::array fds = {died_.get(), progress_.get()};
    const auto ready = base::wait_readable(fds, deadline);
    if (!ready || *ready == 0) return has(mark);
  }
}

bool ConsolePump::await(const std::string& mark, base::seconds time, Deadline deadline) {
  base::FairClock clock(qemu_.pid());
  const auto until = clock.now() + time;
  for (;;) {
    if (await(mark, deadline.sooner(clock.deadline(until)))) return true;
    if (dead() || deadline.expired() || clock.now() >= until) return false;
  }
}

bool ConsolePump::dead() const { return base::wait_readable(died_.get(), Deadline::in({})); }

std::optional<std::string> ConsolePump::panic() const {
  const std::lock_guard lock(mutex_);
  return watch_.panic();
}

std::string ConsolePump::complaint() const {
  const std::lock_guard lock(mutex_);
  return watch_.complaint();
}

std::string ConsolePump::tail() const {
  const std::lock_guard lock(mutex_);
  return watch_.tail();
}

std::string ConsolePump::qemu_said() const {
  return base::last_lines(base::read_file(qemu_log_), 3);
}

base::ExitStatus ConsolePump::end() {
  const base::StopHeld held;
  if (panic()) qemu_.wait(Deadline::in(last_words));
  return qemu_.end(base::seconds(2));
}

}  // namespace refrag::lab
