// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/host_lock.hpp"

#include <cstdlib>
#include <optional>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

using namespace refrag;
using base::Deadline;
using base::milliseconds;
using Catch::Contains;

namespace {

// A host of our own, for one test.
struct Host {
  base::TempDir cache{"test"};

  explicit Host(const char* name) {
    ::setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
    ::setenv("REFRAG_HOST", name, 1);
  }
  ~Host() {
    ::unsetenv("XDG_CACHE_HOME");
    ::unsetenv("REFRAG_HOST");
  }
};

}  // namespace

TEST_CASE("a host has one owner at a time, and who waits is told which", "[run]") {
  const Host host("node1");
  std::optional<run::HostLock> first(std::in_place, "task 7, attempt 1", Deadline::never());
  CHECK_THROWS_WITH(run::HostLock("task 8", Deadline::in(milliseconds(5))),
                    Contains("node1") && Contains("task 7, attempt 1"));
  first.reset();
  CHECK_NOTHROW(run::HostLock("task 8", Deadline::in(milliseconds(5))));
}

TEST_CASE("hosts of other names are others, whatever machine they are on", "[run]") {
  const Host host("node1");
  const run::HostLock first("task 7", Deadline::never());
  ::setenv("REFRAG_HOST", "node2", 1);
  CHECK_NOTHROW(run::HostLock("task 8", Deadline::in(milliseconds(5))));
}
