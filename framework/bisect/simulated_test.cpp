// SPDX-License-Identifier: GPL-2.0-or-later
// What the search states, against 10,000 made-up series: all lengths up to 70, both senses, noise
// of 0 to 30 % of every sort, builds that cannot be judged, second bugs, builds anywhere that fail
// at any rate, and histories that go back for a while. See families_test.cpp for series that are
// worse than a random one.
#include "framework/bisect/simulated.hpp"

#include <array>

#include "framework/base/catch.hpp"

using namespace refrag::bisect;
using namespace refrag::bisect::simulated;

namespace {

constexpr int searches = 10'000;
constexpr std::size_t longest_series = 70;
constexpr std::size_t noise_levels = 7;  // 0, 5, ... 30 %

void set_noise(World& world, std::size_t level, Dice& dice) {
  const double rate = 0.05 * static_cast<double>(level);
  const auto sort = dice.below(3);
  if (sort != 0) world.miss = rate;
  if (sort != 1) world.alarm = rate;
}

double any_rate(Dice& dice) { return static_cast<double>(dice.below(1'000'000)) / 1e6; }

// A run of builds somewhere becomes what it is not.
void spoil(World& world, Truth truth, std::size_t longest, Dice& dice) {
  const auto first = dice.below(world.builds.size());
  const auto length = 1 + dice.below(longest);
  for (auto i = first; i < std::min(first + length, world.builds.size()); ++i) {
    world.builds[i] = truth;
  }
}

World series_of(std::size_t builds, Dice& dice) {
  const auto find = dice.happens(0.5) ? Find::fixed : Find::broken;
  return World::changing_behind(dice.below(builds - 1), builds, find);
}

// One build of a series, anywhere, and of a short one as seldom as of one of 16.
void make_odd(World& world, double rate, Dice& dice) {
  const auto builds = world.builds.size();
  if (dice.below(16) < builds) world.make_odd({dice.below(builds), rate});
}

World random_world(std::size_t level, Dice& dice) {
  auto world = series_of(2 + dice.below(longest_series - 1), dice);
  set_noise(world, level, dice);
  if (dice.happens(0.5)) make_odd(world, any_rate(dice), dice);
  if (dice.happens(0.3)) spoil(world, Truth::unbootable, 6, dice);
  if (dice.happens(0.2)) spoil(world, Truth::other_bug, 4, dice);
  if (dice.happens(0.1)) spoil(world, dice.happens(0.5) ? Truth::fixed : Truth::broken, 5, dice);
  return world;
}

constexpr std::array doubts = {0.02, 0.05, 0.08, 0.12, 0.5};

struct Accounts {
  std::array<Account, doubts.size()> by_doubt = {};                        // up to
  std::array<std::array<int, doubts.size()>, noise_levels> wrong_at = {};  // by level, up to
  std::array<int, noise_levels> named_at = {};

  void add(std::size_t level, const World& world, const Conclusion& named) {
    const double doubt = 1 - named.confidence;
    const int wrong = world.agrees(named) ? 0 : 1;
    const auto bucket = std::ranges::lower_bound(doubts, doubt);
    REQUIRE(bucket != doubts.end());
    auto& account = by_doubt[static_cast<std::size_t>(bucket - doubts.begin())];
    account.add(named, wrong == 0);
    ++named_at[level];
    for (std::size_t i = 0; i < doubts.size(); ++i)
      wrong_at[level][i] += doubt <= doubts[i] ? wrong : 0;
  }
};

Accounts simulate() {
  Accounts accounts;
  Dice dice(20261122);
  for (int i = 0; i < searches; ++i) {
    const auto level = static_cast<std::size_t>(i) % noise_levels;
    const auto world = random_world(level, dice);
    auto problem = problem_of(world.builds.size(), world.find);
    problem.signature = "bug";
    const auto run = search(problem, [&](std::size_t build) { return world.boot(build, dice); });
    REQUIRE(run.history.size() <= max_boots(problem));
    if (named_a_pair(run)) accounts.add(level, world, run.conclusion);
  }
  return accounts;
}

}  // namespace

TEST_CASE("ten thousand searches name no more wrong pairs than they say", "[bisect]") {
  const auto accounts = simulate();
  for (std::size_t i = 0; i < doubts.size(); ++i) {
    // Of the pairs named with about this doubt ...
    const auto& [named, wrong, doubt] = accounts.by_doubt[i];
    CAPTURE(doubts[i], named, wrong, doubt);
    CHECK(named >= 100);
    CHECK(is_kept(wrong, doubt));
    // ... and of all searches with this noise, those that name a wrong one with no more doubt.
    for (std::size_t level = 0; level < noise_levels; ++level) {
      CAPTURE(level);
      CHECK(is_kept(accounts.wrong_at[level][i], doubts[i] * searches / noise_levels));
    }
  }
  // Saying nothing would be no art. (0.9 held while odd builds were reckoned to be rarer.)
  for (const int named : accounts.named_at) CHECK(named >= 0.85 * searches / noise_levels);
}
