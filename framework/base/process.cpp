// SPDX-License-Identifier: GPL-2.0-or-later
// Boost.Process starts and reaps; waiting is done on pidfds and our own pipes, because its
// wait_for blocks past the child's end and its streams deadlock on large outputs.
#include "framework/base/process.hpp"

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/group.hpp>
#include <boost/process/posix.hpp>
#include <boost/process/search_path.hpp>
#include <boost/process/start_dir.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"

namespace refrag::base {

namespace bp = boost::process;

namespace {

struct InChild : bp::extend::handler {
  template <class Executor>
  void on_exec_setup(Executor&) const {
    ::syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGPIPE, SIG_DFL);
  }
};

bp::environment environment_of(const Command& command) {
  bp::environment env = boost::this_process::environment();
  for (const auto& [name, value] : command.environment) env[name] = value;
  return env;
}

ExitStatus status_of(int native) {
  if (WIFSIGNALED(native)) return {0, WTERMSIG(native)};
  return {WEXITSTATUS(native), 0};
}

}  // namespace

std::string Command::text() const { return fmt::format("{}", fmt::join(argv, " ")); }

std::string ExitStatus::text() const {
  if (signal != 0) return fmt::format("was ended by SIG{}", ::sigabbrev_np(signal));
  return fmt::format("exited with {}", code);
}

std::filesystem::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return ::access(name.c_str(), X_OK) == 0 ? std::filesystem::path(name)
                                             : std::filesystem::path();
  }
  return bp::search_path(name).string();
}

void require_program(const std::string& name, const std::string& package) {
  if (!find_program(name).empty()) return;
  throw Error(Fault::lab, fmt::format("{}: no such program", name),
              fmt::format("apt-get install {}", package));
}

struct Process::Child {
  bp::group group;
  bp::child child;
  Fd pid_fd;
  std::optional<ExitStatus> status;
};

Process::Process(std::unique_ptr<Child> child) : child_(std::move(child)) {}
Process::Process(Process&&) noexcept = default;

Process& Process::operator=(Process&& other) noexcept {
  std::swap(child_, other.child_);
  return *this;
}

Process Process::start(const Command& command, Streams streams) {
  const auto program = find_program(command.argv.at(0));
  if (program.empty()) {
    throw Error(Fault::lab, fmt::format("{}: no such program", command.argv[0]),
                "install it, or mend PATH");
  }
  const Fd null = open_null();
  const auto or_null = [&](int fd) { return fd >= 0 ? fd : null.get(); };
  auto child = std::make_unique<Child>();
  const std::vector<std::string> args(command.argv.begin() + 1, command.argv.end());
  const auto directory = command.directory.empty() ? std::filesystem::path(".") : command.directory;
  std::error_code error;
  child->child =
      bp::child(bp::exe = program.string(), bp::args = args, environment_of(command),
                bp::start_dir = directory.string(), bp::posix::fd.bind(0, or_null(streams.in)),
                bp::posix::fd.bind(1, or_null(streams.out)),
                bp::posix::fd.bind(2, or_null(streams.err)), child->group, InChild(), error);
  if (error) {
    throw Error(Fault::lab, fmt::format("cannot start {}: {}", command.text(), error.message()));
  }
  child->pid_fd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child->child.id(), 0)));
  return Process(std::move(child));
}

Process::~Process() {
  if (!child_) return;
  signal(SIGKILL);
  const StopHeld held;
  wait(Deadline::in(seconds(10)));
  child_->child.detach();
  child_->group.detach();
}

pid_t Process::pid() const noexcept { return child_->child.id(); }
int Process::pid_fd() const noexcept { return child_->pid_fd.get(); }

std::optional<ExitStatus> Process::poll() {
  std::error_code error;
  if (!child_->status && !child_->child.running(error)) {
    child_->status = status_of(child_->child.native_exit_code());
  }
  return child_->status;
}

std::optional<ExitStatus> Process::wait(Deadline deadline) {
  // A child that a debugger follows has ended some time before it can be reaped.
  while (!poll() && wait_readable(pid_fd(), deadline)) continue;
  return child_->status;
}

void Process::signal(int number) noexcept { ::kill(-pid(), number); }

ExitStatus Process::end(milliseconds grace) {
  const StopHeld held;
  signal(SIGTERM);
  if (!wait(Deadline::in(grace))) signal(SIGKILL);
  const auto status = wait(Deadline::in(seconds(10)));
  signal(SIGKILL);  // what it left behind in its group
  return status.value_or(ExitStatus{0, SIGKILL});
}

namespace {

// Keeps at most limit bytes; the rest is read and dropped so that the writer never blocks.
void keep(std::string& kept, const std::string& data, std::size_t limit, bool& truncated) {
  const auto room = limit - std::min(limit, kept.size());
  kept.append(data, 0, room);
  truncated |= data.size() > room;
}

// Reads both streams and feeds the input until the child has ended and the streams are drained.
// A grandchild that keeps a stream open does not keep us: after the child's end we read what is
// there and leave.
void converse(Process& process, Fd& out, Fd& err, Output& output, Deadline deadline,
              std::size_t limit) {
  while (out || err) {
    const auto ended = process.poll().has_value();
    const int fds[] = {out.get(), err.get(), ended ? -1 : process.pid_fd()};
    const auto ready = wait_readable(fds, ended ? Deadline::in(milliseconds(0)) : deadline);
    if (!ready) {
      output.timed_out = !ended;
      return;
    }
    if (*ready == 2) continue;
    Fd& from = *ready == 0 ? out : err;
    const auto data = read_some(from.get());
    if (data.empty()) from.reset();
    keep(*ready == 0 ? output.out : output.err, data, limit, output.truncated);
  }
}

// The input goes through an unlinked file, so that no order of reading and writing can deadlock.
Fd input_file(const std::string& input) {
  if (input.empty()) return open_null();
  Fd fd(static_cast<int>(::syscall(SYS_memfd_create, "input", 1u)));
  if (!fd || !write_all(fd.get(), input, Deadline::in(seconds(60)))) {
    throw Error(Fault::lab, "cannot keep a program's input in memory");
  }
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

}  // namespace

Output run(const Command& command, Deadline deadline, std::size_t limit) {
  auto out = make_pipe();
  auto err = make_pipe();
  const Fd in = input_file(command.input);
  auto process = Process::start(command, {in.get(), out.write_end.get(), err.write_end.get()});
  out.write_end.reset();
  err.write_end.reset();
  Output output;
  converse(process, out.read_end, err.read_end, output, deadline, limit);
  const auto status = output.timed_out ? std::nullopt : process.wait(deadline);
  output.timed_out = !status;
  output.status = status ? *status : process.end(milliseconds(500));
  return output;
}

Output run_ok(const Command& command, Deadline deadline, std::size_t limit) {
  auto output = run(command, deadline, limit);
  if (output.ok()) return output;
  const auto said = last_lines(output.err.empty() ? output.out : output.err, 3);
  const auto how = output.timed_out ? "did not end in time" : output.status.text();
  throw Error(Fault::lab, fmt::format("{} {}: {}", command.text(), how, said));
}

}  // namespace refrag::base
