// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/pool.hpp"

#include <atomic>
#include <latch>
#include <mutex>
#include <set>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;

TEST_CASE("every item is worked on once, several at a time", "[run]") {
  std::mutex mutex;
  std::multiset<std::size_t> seen;
  std::latch both(2);  // only two at once get past it
  run::in_parallel(2, 20, [&](std::size_t item) {
    if (item < 2) both.arrive_and_wait();
    const std::lock_guard lock(mutex);
    seen.insert(item);
  });
  CHECK(seen.size() == 20);
  CHECK(std::set(seen.begin(), seen.end()).size() == 20);
  run::in_parallel(0, 0, [](std::size_t) { FAIL("there is nothing to do"); });
}

TEST_CASE("after a failure nothing is begun any more, and the failure is told", "[run]") {
  std::atomic<int> begun = 0;
  const auto work = [&](std::size_t item) {
    ++begun;
    if (item == 3) throw base::Error(base::Fault::lab, "the disk is full");
  };
  CHECK_THROWS_WITH(run::in_parallel(1, 100, work), "the disk is full");
  CHECK(begun == 4);
}

TEST_CASE("there is always room for one testbed", "[run]") {
  auto kind = run::testbed_kind("wire");
  CHECK(run::room_for(kind) >= 1);
  kind.memory_mib = 1 << 30;
  CHECK(run::room_for(kind) == 1);
  kind.memory_mib = 1;
  kind.cores = 100'000;
  CHECK(run::room_for(kind) == 1);
}
