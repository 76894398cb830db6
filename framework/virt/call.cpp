// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/call.hpp"

#include <thread>

#include <fmt/format.h>
#include <libvirt/virterror.h>

#include "framework/base/fd.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"

namespace refrag::virt {

namespace {

constexpr std::size_t message_limit = 500;

std::string one_line(std::string_view text) {
  return base::last_lines(base::printable(text.substr(0, message_limit)), 10);
}

// Joins a thread that has done its work and forgets one that has not.
struct Worker {
  std::thread thread;
  bool done = false;

  ~Worker() { done ? thread.join() : thread.detach(); }
};

}  // namespace

base::Error failure(std::string_view doing) {
  const virError* error = virGetLastError();
  const char* said = error != nullptr && error->message != nullptr ? error->message : "nothing";
  return base::Error(base::Fault::lab,
                     fmt::format("while {}: libvirt says: {}", one_line(doing), one_line(said)));
}

int failure_code() { return virGetLastErrorCode(); }

void detail::run(const std::string& doing, base::Deadline deadline, std::packaged_task<void()> task,
                 int gone_fd) {
  const base::Stopwatch watch;
  auto [done, notify] = base::make_pipe();
  Worker worker{std::thread([task = std::move(task), notify = std::move(notify)]() mutable {
    {
      auto work = std::move(task);
      work();
    }  // what it held is released before the caller goes on
    notify.reset();
  })};
  const int fds[] = {done.get(), gone_fd};
  const auto first = base::wait_readable(fds, deadline);
  worker.done = first == 0;
  if (worker.done) return;
  const auto what =
      first ? "the host died" : fmt::format("no answer from libvirt in {:.1f} s", watch.seconds());
  throw GivenUp(base::Fault::lab, fmt::format("while {}: {}", one_line(doing), what),
                first ? "" : "is libvirtd alive on that host?");
}

}  // namespace refrag::virt
