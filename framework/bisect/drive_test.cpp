// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/drive.hpp"

#include <algorithm>
#include <csignal>
#include <latch>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag;
using namespace refrag::bisect;

namespace {

constexpr std::size_t builds = 40;
constexpr std::size_t place = 22;

Probe honest(Find find = Find::fixed) {
  return [boots = simulated::changing_behind(place, find)](std::size_t build, std::size_t) {
    return boots(build);
  };
}

// Every fourth answer of a build is wrong: the same world whenever the search is taken up again.
Probe noisy(const State& state) {
  return [&state](std::size_t build, std::size_t) {
    const auto before = std::ranges::count(state.history(), build, &Boot::build);
    const bool wrong = (static_cast<std::size_t>(before) + build) % 4 == 3;
    return (build <= place) != wrong ? Answer::broken("bug") : Answer::fixed();
  };
}

// In a process of its own, which is killed at the boot with this number.
void search_and_die(const fs::path& folder, std::size_t at) {
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto state = State::resume(folder);
    const auto probe = noisy(state);
    drive(state, [&](std::size_t build, std::size_t boot) {
      if (boot == at) ::raise(SIGKILL);
      return probe(build, boot);
    });
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("a search runs to its end and says how far it is", "[bisect]") {
  const base::TempDir folder("bisect");
  auto state = State::create(folder.path(), simulated::problem_of(builds, Find::fixed));
  std::vector<std::size_t> left;
  std::size_t answers = 0;
  const auto conclusion = drive(state, honest(),
                                {.on_round =
                                     [&](const Progress& at) {
                                       CHECK(at.boots == left.size());
                                       left.push_back(at.rounds_left);
                                     },
                                 .on_answer = [&](const Boot&) { ++answers; }});
  CHECK(conclusion.ending == Ending::found);
  CHECK(conclusion.older == place);
  CHECK(left.back() == 1);
  CHECK(left.size() == state.history().size());
  CHECK(answers == state.history().size());
}

TEST_CASE("killed at any boot, a search goes on to the same answer", "[bisect]") {
  const base::TempDir folder("bisect");
  auto problem = simulated::problem_of(builds, Find::fixed);
  auto whole = State::create(folder.path() / "whole", problem);
  const auto expected = drive(whole, noisy(whole));
  REQUIRE(expected.ending == Ending::found);
  REQUIRE(expected.older == place);
  REQUIRE(whole.history().size() > 20);

  State::create(folder.path() / "killed", problem);
  for (std::size_t at = 0; at < whole.history().size(); ++at) {
    search_and_die(folder.path() / "killed", at);
  }
  auto state = State::resume(folder.path() / "killed");
  CHECK(drive(state, noisy(state)) == expected);
  CHECK(state.history().size() == whole.history().size());
}

TEST_CASE("a fault of the lab is tried again and is no answer", "[bisect]") {
  const base::TempDir folder("bisect");
  auto state = State::create(folder.path(), simulated::problem_of(builds, Find::fixed));
  const auto probe = [&](std::size_t build, std::size_t boot) -> Answer {
    if (boot % 3 == 1) throw base::Error(base::Fault::lab, "QEMU is missing");
    if (boot % 3 == 2) return Answer::infrastructure("socket gone");
    return honest()(build, boot);
  };
  const auto conclusion = drive(state, probe);
  CHECK(conclusion.ending == Ending::found);
  CHECK(conclusion.older == place);
}

TEST_CASE("a lab that stays broken ends the search, which can be resumed", "[bisect]") {
  const base::TempDir folder("bisect");
  const auto problem = simulated::problem_of(builds, Find::fixed);
  {
    auto state = State::create(folder.path(), problem);
    int asked = 0;
    const auto probe = [&](std::size_t build, std::size_t boot) {
      return ++asked > 5 ? Answer::infrastructure("disk full") : honest()(build, boot);
    };
    CHECK_THROWS_WITH(drive(state, probe),
                      Catch::Contains("disk full") && Catch::Contains("resume"));
    CHECK(asked == 8);
  }
  auto state = State::resume(folder.path());
  const auto conclusion = drive(state, honest());
  CHECK(conclusion.older == place);
  CHECK(state.history().size() ==
        3 + simulated::search(problem, simulated::changing_behind(place, Find::fixed))
                .history.size());
}

TEST_CASE("an error that is not the lab's ends the search and is not kept", "[bisect]") {
  const base::TempDir folder("bisect");
  auto state = State::create(folder.path(), simulated::problem_of(builds, Find::fixed));
  const auto probe = [](std::size_t, std::size_t) -> Answer {
    throw base::Error(base::Fault::usage, "no such kernel");
  };
  CHECK_THROWS_WITH(drive(state, probe), "no such kernel");
  CHECK(state.history().empty());
}

TEST_CASE("two jobs boot at the same time, with numbers of their own, and find the same",
          "[bisect]") {
  const base::TempDir folder("bisect");
  auto state = State::create(folder.path(), simulated::problem_of(builds, Find::broken));
  std::latch both(2);  // passed only when two probes are in flight together
  const auto probe = [&](std::size_t build, std::size_t boot) {
    if (boot < 2) both.arrive_and_wait();
    return honest(Find::broken)(build, boot);
  };
  const auto conclusion = drive(state, probe, {.jobs = 2});
  CHECK(conclusion.ending == Ending::found);
  CHECK(conclusion.older == place);
  std::set<std::size_t> numbers;
  for (const auto& boot : state.history()) numbers.insert(boot.number);
  CHECK(numbers.size() == state.history().size());
}

TEST_CASE("many hosts, of which one is broken, find what one finds alone", "[bisect]") {
  for (const std::size_t jobs : {1, 2, 4, 7}) {
    const base::TempDir folder("bisect");
    auto state = State::create(folder.path(), simulated::problem_of(builds, Find::fixed));
    const auto probe = [&](std::size_t build, std::size_t boot) {
      return boot % 5 == 4 ? Answer::infrastructure("disk full") : honest()(build, boot);
    };
    const auto conclusion = drive(state, probe, {.jobs = jobs});
    CAPTURE(jobs);
    CHECK(conclusion.ending == Ending::found);
    CHECK(conclusion.older == place);
    CHECK(conclusion.newer == place + 1);
  }
}

TEST_CASE("when one of two boots throws, the other's answer is kept", "[bisect]") {
  const base::TempDir folder("bisect");
  auto state = State::create(folder.path(), simulated::problem_of(builds, Find::fixed));
  const auto probe = [](std::size_t build, std::size_t boot) -> Answer {
    if (boot == 0) throw std::runtime_error("ours");
    return honest()(build, boot);
  };
  CHECK_THROWS_WITH(drive(state, probe, {.jobs = 2}), "ours");
  REQUIRE(state.history().size() == 1);
  CHECK(state.history().front().number == 1);
}
