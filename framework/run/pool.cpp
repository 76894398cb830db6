// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/pool.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

namespace refrag::run {

namespace {

long available_mib() {
  std::ifstream file("/proc/meminfo");
  for (std::string name; file >> name;) {
    long kib = 0;
    if (name == "MemAvailable:" && file >> kib) return kib / 1024;
  }
  return 0;
}

}  // namespace

int room_for(const TestbedKind& kind) {
  const auto cores = static_cast<int>(std::thread::hardware_concurrency()) / kind.cores;
  const auto memory = static_cast<int>(available_mib() / kind.memory_mib);
  return std::max(1, std::min(cores, memory));
}

void in_parallel(int workers, std::size_t count, const std::function<void(std::size_t)>& work) {
  std::mutex mutex;
  std::size_t next = 0;
  std::exception_ptr failed;
  const auto take = [&]() -> std::size_t {
    const std::lock_guard lock(mutex);
    return failed ? count : std::min(count, next++);
  };
  const auto worker = [&] {
    for (auto item = take(); item < count; item = take()) {
      try {
        work(item);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failed) failed = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> others;
    const auto wanted = std::min(static_cast<std::size_t>(std::max(1, workers)), count);
    for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(worker);
    worker();
  }
  if (failed) std::rethrow_exception(failed);
}

}  // namespace refrag::run
