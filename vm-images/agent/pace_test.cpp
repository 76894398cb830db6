// SPDX-License-Identifier: GPL-2.0-or-later
// Pace against a simulated path: a queue in order with a delay, losses by rule, standstills.
#include "vm-images/agent/pace.hpp"

#include <functional>
#include <map>
#include <random>
#include <set>

#include "framework/base/catch.hpp"

using namespace refrag;
using namespace refrag::agent;
using protocol::SweepEnd;

namespace {

struct Path {
  Micros delay = 2'000;   // round trip
  Micros stalls_at = -1;  // since the start: from then on, what is sent is answered only at the end
  Micros stall = 0;       // of this time, while the sender goes on
  std::uint32_t holds = UINT32_MAX;  // bytes of payload; what is more is lost
  std::function<bool(std::uint16_t)> loses = [](std::uint16_t) { return false; };
  std::function<Micros(Micros)> standstill = [](Micros) { return Micros{0}; };
};

struct Outcome {
  SweepEnd end = SweepEnd::deadline;
  Micros elapsed = 0;
  std::set<std::uint16_t> sent;
  std::set<std::uint16_t> came;
  std::uint32_t most_in_flight = 0;  // bytes of payload, lost ones included until half a second old
  int canaries = 0;
  int steps = 0;
};

constexpr Micros kSendTime = 50;  // to hand one to the kernel

bool is_canary(std::uint16_t sequence) { return sequence >= protocol::kMaxProbes; }

Outcome simulate(const protocol::SweepRequest& request, const Path& path) {
  Micros time = 1'000'000;
  Pace pace(request, time);
  std::multimap<Micros, std::uint16_t> arrivals;
  std::map<std::uint16_t, std::uint32_t> in_flight;
  Outcome outcome;
  const auto size_of = [&](std::uint16_t sequence) {
    return request.sizes[sequence / request.count];
  };
  for (; outcome.steps < 1'000'000; ++outcome.steps) {
    while (!arrivals.empty() && arrivals.begin()->first <= time) {
      const auto sequence = arrivals.begin()->second;
      arrivals.erase(arrivals.begin());
      pace.came(sequence, time);
      in_flight.erase(sequence);
      if (!is_canary(sequence)) outcome.came.insert(sequence);
    }
    const Step step = pace.next(time);
    if (step.what == Step::Do::finish) {
      outcome.end = step.end;
      break;
    }
    if (step.what == Step::Do::wait) {
      const Micros next = arrivals.empty() ? time + step.wait : arrivals.begin()->first;
      time = std::min(time + step.wait, next) + path.standstill(time);
      continue;
    }
    pace.sent(step.sequence, time);
    std::uint32_t held = 0;
    for (const auto& [sequence, size] : in_flight) held += size;
    const bool lost =
        path.loses(step.sequence) || (!is_canary(step.sequence) && !in_flight.empty() &&
                                      held + size_of(step.sequence) > path.holds);
    const Micros stall = 1'000'000 + path.stalls_at;
    const bool stalls = path.stalls_at >= 0 && time >= stall && time < stall + path.stall;
    const Micros answered = (stalls ? stall + path.stall : time) + path.delay;
    if (!lost) arrivals.emplace(answered, step.sequence);
    if (is_canary(step.sequence)) {
      ++outcome.canaries;
    } else {
      CHECK(outcome.sent.insert(step.sequence).second);
      if (!lost) in_flight[step.sequence] = size_of(step.sequence);
      std::uint32_t bytes = 0;
      for (const auto& [sequence, size] : in_flight) bytes += size;
      outcome.most_in_flight = std::max(outcome.most_in_flight, bytes);
    }
    time += kSendTime;
  }
  outcome.elapsed = time - 1'000'000;
  return outcome;
}

protocol::SweepRequest around_the_mtu() {
  protocol::SweepRequest request;
  for (std::uint32_t size = 1427; size < 1527; ++size) request.sizes.push_back(size);
  return request;
}

}  // namespace

TEST_CASE("when everything is answered the sweep ends at once", "[agent]") {
  const auto outcome = simulate(around_the_mtu(), {});
  CHECK(outcome.end == SweepEnd::answered);
  CHECK(outcome.came.size() == 300);
  CHECK(outcome.canaries == 0);
  CHECK(outcome.elapsed < 100'000);
}

TEST_CASE("when half are lost a canary ends it long before the quiet time", "[agent]") {
  Path path;
  path.loses = [](std::uint16_t sequence) { return !is_canary(sequence) && sequence / 3 >= 50; };
  const auto outcome = simulate(around_the_mtu(), path);
  CHECK(outcome.end == SweepEnd::settled);
  CHECK(outcome.sent.size() == 300);
  CHECK(outcome.came.size() == 150);
  CHECK(outcome.canaries <= 8);  // one for each window full of lost echoes
  CHECK(outcome.elapsed < 700'000);
}

TEST_CASE("when nothing comes through the quiet time ends it", "[agent]") {
  Path path;
  path.loses = [](std::uint16_t) { return true; };
  auto request = around_the_mtu();
  request.quiet_ms = 800;
  const auto outcome = simulate(request, path);
  CHECK(outcome.end == SweepEnd::quiet);
  CHECK(outcome.sent.size() == 300);
  CHECK(outcome.elapsed > 800'000);
  CHECK(outcome.elapsed < 5'000'000);
}

TEST_CASE("the window holds, and one echo larger than it passes alone", "[agent]") {
  protocol::SweepRequest request;
  request.sizes = {0, 65507, 60000, 1473, 40000, 8000};
  Path path;
  path.delay = GENERATE(100, 5'000, 200'000);
  const auto outcome = simulate(request, path);
  CHECK(outcome.end == SweepEnd::answered);
  CHECK(outcome.came.size() == 18);
  CHECK(outcome.most_in_flight <= Pace::kWindow);
}

TEST_CASE("a slow path loses nothing", "[agent]") {
  Path path;
  path.delay = 900'000;  // near the quiet time
  CHECK(simulate(around_the_mtu(), path).came.size() == 300);
}

TEST_CASE("a machine that stands still meanwhile loses nothing", "[agent]") {
  std::mt19937 random(9);
  for (int round = 0; round < 50; ++round) {
    Path path;
    path.delay = 1'000 + random() % 30'000;
    path.standstill = [&](Micros) -> Micros {
      return random() % 10 ? 0 : static_cast<Micros>(random() % 3'000'000);
    };
    auto request = around_the_mtu();
    request.deadline_ms = 600'000;
    const auto outcome = simulate(request, path);
    REQUIRE(outcome.came.size() == 300);
  }
}

TEST_CASE("a standstill while echoes are lost makes no others lost", "[agent]") {
  std::mt19937 random(10);
  for (int round = 0; round < 50; ++round) {
    Path path;
    path.delay = 1'000 + random() % 30'000;
    path.loses = [](std::uint16_t sequence) { return !is_canary(sequence) && sequence % 7 == 3; };
    path.standstill = [&](Micros) -> Micros { return random() % 10 ? 0 : random() % 3'000'000; };
    auto request = around_the_mtu();
    request.deadline_ms = 600'000;
    const auto outcome = simulate(request, path);
    REQUIRE(outcome.end == SweepEnd::settled);
    for (const auto sequence : outcome.sent) {
      REQUIRE(outcome.came.contains(sequence) == !path.loses(sequence));
    }
  }
}

TEST_CASE("a path that stalls while we go on is not filled beyond what it holds", "[agent]") {
  protocol::SweepRequest request;
  request.sizes = {0, 56, 1400, 1472, 1473, 2000, 8000, 65507};
  Path path;
  path.holds = Pace::kWindow;
  path.stalls_at = GENERATE(0, 500, 3'000, 10'000);
  path.stall = GENERATE(100'000, 600'000, 1'200'000);
  const auto outcome = simulate(request, path);
  CHECK(outcome.end == SweepEnd::answered);
  CHECK(outcome.came.size() == 24);
}

TEST_CASE("lost canaries are repeated", "[agent]") {
  int canaries = 0;
  Path path;
  path.loses = [&](std::uint16_t sequence) {
    return is_canary(sequence) ? ++canaries < 3 : sequence == 299;
  };
  const auto outcome = simulate(around_the_mtu(), path);
  CHECK(outcome.end == SweepEnd::settled);
  CHECK(outcome.canaries == 3);
  CHECK(outcome.came.size() == 299);
}

TEST_CASE("a path that overtakes itself is given more time", "[agent]") {
  // The canary comes back, then a large echo that it overtook: another canary is sent after it.
  protocol::SweepRequest request;
  request.sizes = {56, 1477};
  request.count = 1;
  Pace pace(request, 0);
  pace.sent(0, 0);
  pace.sent(1, 0);
  pace.came(0, 1'000);
  Micros time = 1'000;
  const auto step_until = [&](Step::Do wanted) {
    for (int i = 0; i < 100; ++i) {
      const Step step = pace.next(time);
      if (step.what == wanted) return step;
      REQUIRE(step.what == Step::Do::wait);
      time += step.wait;
    }
    FAIL("never came to it");
    return Step{};
  };
  pace.sent(step_until(Step::Do::canary).sequence, time);
  pace.came(protocol::kMaxProbes, time + 500);
  pace.came(0, time + 600);  // late, here a repetition
  const auto next = step_until(Step::Do::canary);
  CHECK(next.sequence == protocol::kMaxProbes + 1);
}

TEST_CASE("echoes that the kernel refuses are not waited for", "[agent]") {
  protocol::SweepRequest request;
  request.sizes = {56, 1500};
  request.count = 1;
  Pace pace(request, 0);
  CHECK(pace.next(0).sequence == 0);
  pace.sent(0, 0);
  CHECK(pace.next(0).sequence == 1);
  pace.refused(1);
  CHECK(pace.next(0).what == Step::Do::wait);
  pace.came(0, 100);
  const auto step = pace.next(100);
  CHECK(step.what == Step::Do::finish);
  CHECK(step.end == SweepEnd::answered);
}

TEST_CASE("the deadline ends it whatever goes on", "[agent]") {
  protocol::SweepRequest request = around_the_mtu();
  request.deadline_ms = 100;
  Path path;
  path.delay = 60'000;
  const auto outcome = simulate(request, path);
  CHECK(outcome.end == SweepEnd::deadline);
  CHECK(outcome.elapsed < 200'000);
}

TEST_CASE("rubbish replies do no harm", "[agent]") {
  std::mt19937 random(11);
  auto request = around_the_mtu();
  Pace pace(request, 0);
  Micros time = 0;
  for (int i = 0; i < 20'000; ++i) {
    pace.came(static_cast<std::uint16_t>(random()), time);
    const auto step = pace.next(time);
    if (step.what == Step::Do::send || step.what == Step::Do::canary)
      pace.sent(step.sequence, time);
    if (step.what == Step::Do::finish) return;
    time += random() % 2'000;
  }
}
