// SPDX-License-Identifier: GPL-2.0-or-later
// One test for each way in which starting programs has gone wrong before (Boost.Process 1.74).
#include "framework/base/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/fd.hpp"

using namespace refrag::base;

namespace {

Command sh(const std::string& script) { return {.argv = {"sh", "-c", script}}; }
Deadline soon() { return Deadline::in(seconds(20)); }

}  // namespace

TEST_CASE("both streams and the exit code are captured", "[base]") {
  const auto output = run(sh("echo out; echo err >&2; exit 9"), soon());
  CHECK(output.out == "out\n");
  CHECK(output.err == "err\n");
  CHECK(output.status.code == 9);
  CHECK(output.status.signal == 0);
}

TEST_CASE("a signal is told apart from an exit code", "[base]") {
  const auto output = run(sh("kill -9 $$"), soon());
  CHECK(output.status.signal == SIGKILL);
  CHECK(output.status.text() == "was ended by SIGKILL");
}

TEST_CASE("output larger than a pipe does not deadlock", "[base]") {
  const auto output = run(sh("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"), soon());
  CHECK(output.ok());
  CHECK(output.out.size() == 3'000'000);
  CHECK(output.err.size() == 3'000'000);
}

TEST_CASE("output beyond the limit is dropped and said to be", "[base]") {
  const auto output = run(sh("head -c 100000 /dev/zero"), soon(), 1000);
  CHECK(output.ok());
  CHECK(output.truncated);
  CHECK(output.out.size() == 1000);
}

TEST_CASE("input reaches the program", "[base]") {
  Command command = sh("wc -c");
  command.input = std::string(200'000, 'x');
  CHECK(run(command, soon()).out == "200000\n");
}

TEST_CASE("a program that does not exist is an error that names it", "[base]") {
  CHECK_THROWS_AS(run({.argv = {"refrag-no-such-program"}}, soon()), Error);
}

TEST_CASE("a program that does not end is ended at the deadline", "[base]") {
  const Stopwatch watch;
  const auto output = run(sh("sleep 60"), Deadline::in(milliseconds(100)));
  CHECK(output.timed_out);
  CHECK_FALSE(output.ok());
  CHECK(watch.seconds() < 30);
}

TEST_CASE("a grandchild that keeps the streams open does not keep us", "[base]") {
  const Stopwatch watch;
  const auto output = run(sh("sleep 60 & echo started"), soon());
  CHECK(output.out == "started\n");
  CHECK(output.status.ok());
  CHECK(watch.seconds() < 30);
}

TEST_CASE("a child that has ended before we wait is waited for at once", "[base]") {
  auto process = Process::start(sh("exit 3"));
  while (!process.poll()) wait_readable(process.pid_fd(), soon());
  const Stopwatch watch;
  CHECK(process.wait(Deadline::in(seconds(30)))->code == 3);
  CHECK(watch.seconds() < 20);
}

TEST_CASE("the end of one child does not disturb the wait for another", "[base]") {
  auto quick = Process::start(sh("exit 1"));
  auto slow = Process::start(sh("sleep 0.3; exit 2"));
  CHECK(slow.wait(soon())->code == 2);
  CHECK(quick.wait(soon())->code == 1);
}

TEST_CASE("ending a process ends its whole group", "[base]") {
  auto pipe = make_pipe();
  auto process = Process::start(sh("sleep 60 & echo $!; wait"), {.out = pipe.write_end.get()});
  pipe.write_end.reset();
  REQUIRE(wait_readable(pipe.read_end.get(), soon()));
  const auto grandchild = std::stoi(read_some(pipe.read_end.get()));
  process.end(seconds(5));
  // The pipe's end comes only when every process that held it is gone.
  REQUIRE(wait_readable(pipe.read_end.get(), soon()));
  CHECK(read_some(pipe.read_end.get()).empty());
  CHECK(grandchild > 0);
}

TEST_CASE("descriptors of ours do not leak into programs", "[base]") {
  const int leaky = ::open("/dev/null", O_RDONLY);  // no O_CLOEXEC on purpose
  const auto output = run(sh("ls /proc/self/fd | wc -l"), soon());
  ::close(leaky);
  CHECK(std::stoi(output.out) == 4);  // 0, 1, 2 and the folder being read
}

TEST_CASE("a program started by us does not ignore SIGPIPE", "[base]") {
  ::signal(SIGPIPE, SIG_IGN);
  const auto output = run({.argv = {"grep", "SigIgn", "/proc/self/status"}}, soon());
  CHECK(output.out.substr(output.out.size() - 17) == "0000000000000000\n");
}

TEST_CASE("a program that is needed is named together with its package", "[base]") {
  CHECK_NOTHROW(require_program("sh", "dash"));
  CHECK_THROWS_WITH(require_program("refrag-no-such-program", "refrag-package"),
                    Catch::Contains("apt-get install refrag-package"));
}
