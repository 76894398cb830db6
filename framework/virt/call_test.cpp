// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/call.hpp"

#include <memory>
#include <thread>

#include <signal.h>

#include "framework/base/catch.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"
#include "framework/base/stop.hpp"

namespace refrag::virt {

using base::Deadline;
using base::milliseconds;
using base::seconds;

TEST_CASE("a call gives what the work returns or throws", "[virt]") {
  CHECK(call("counting", Deadline::in(seconds(5)), [] { return 42; }) == 42);
  auto owner = call("owning", Deadline::in(seconds(5)), [] { return std::make_unique<int>(7); });
  CHECK(*owner == 7);
  CHECK_THROWS_WITH(call("failing", Deadline::in(seconds(5)),
                         [] { throw base::Error(base::Fault::lab, "as expected"); }),
                    "as expected");
}

TEST_CASE("what the work held is released before the caller goes on", "[virt]") {
  auto held = std::make_shared<int>(1);
  call("holding", Deadline::in(seconds(5)), [held] {});
  CHECK(held.use_count() == 1);
}

TEST_CASE("a call that hangs is given up at the deadline", "[virt]") {
  std::promise<void> release;
  auto gone = std::make_shared<std::promise<void>>();
  const base::Stopwatch watch;
  CHECK_THROWS_WITH(call("waiting for nothing", Deadline::in(milliseconds(50)),
                         [gone, until = release.get_future().share()] {
                           until.wait();
                           gone->set_value();
                         }),
                    Catch::StartsWith("while waiting for nothing: no answer from libvirt in 0."));
  CHECK(watch.seconds() < 5);
  release.set_value();
  CHECK(gone->get_future().wait_for(seconds(5)) == std::future_status::ready);
}

TEST_CASE("a call that hangs is given up when the host dies", "[virt]") {
  auto [gone, dies] = base::make_pipe();
  std::promise<void> release;
  dies.reset();
  CHECK_THROWS_WITH(call(
                        "waiting for nothing", Deadline::in(seconds(60)),
                        [until = release.get_future().share()] { until.wait(); }, gone.get()),
                    "while waiting for nothing: the host died");
  release.set_value();
}

// Run by the test after it in a process of its own: a stop request cannot be taken back.
TEST_CASE("stopped while a call hangs", "[.stop]") {
  base::install_stop_handlers();
  std::thread killer([] { ::kill(::getpid(), SIGTERM); });
  killer.detach();
  CHECK_THROWS_AS(call("waiting for a stop", Deadline::in(seconds(60)), [] { ::pause(); }),
                  base::Stopped);
  const base::StopHeld held;
  CHECK(call("releasing", Deadline::in(seconds(5)), [] { return true; }));
}

TEST_CASE("a stop request ends a call that hangs", "[virt]") {
  const auto self = base::fs::read_symlink("/proc/self/exe").string();
  const base::Stopwatch watch;
  const auto output = base::run({.argv = {self, "[.stop]"}}, Deadline::in(seconds(30)));
  INFO(output.out << output.err);
  CHECK(output.ok());
  CHECK_THAT(output.out, Catch::Contains("All tests passed (2 assertions"));
}

}  // namespace refrag::virt
