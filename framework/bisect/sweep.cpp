// SPDX-License-Identifier: GPL-2.0-or-later
// Every search that a real series allows, over the answers that its builds gave when each was
// booted (ci/sweep): every place of the change, both senses, one and two jobs, and for the build
// that shows the bug in one boot of five many throws of the dice. No boots here, so all of them
// take seconds.
//
// stdin: {"signature": "...", "builds": [{"label", "special", "at_times", "fixed": {"kind",
// "text"}, "broken": {...}}]}. Exits 1 when a search names a wrong pair, or takes more boots than
// it may.
#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/bisect/simulated.hpp"
#include "framework/bisect/tally.hpp"

namespace {

using namespace refrag::bisect;
using Json = nlohmann::json;

constexpr int throws = 20;  // of the dice, for each place

struct Made {
  std::string label;
  bool special = false;   // says the same on both sides
  bool at_times = false;  // broken in one boot of five, unless it is one of the pair
  Answer fixed;
  Answer broken;
};

Answer answer_in(const Json& json) {
  return {kind_from(json.at("kind").get<std::string>()).value(), json.at("text")};
}

std::vector<Made> series_in(const Json& json) {
  std::vector<Made> series;
  for (const auto& build : json.at("builds")) {
    series.push_back({build.at("label"), build.at("special"), build.at("at_times"),
                      answer_in(build.at("fixed")), answer_in(build.at("broken"))});
  }
  return series;
}

// The state changes behind the build `place`.
struct World {
  const std::vector<Made>& series;
  Find find;
  std::size_t place;
  simulated::Dice dice;
  bool was_noisy = false;

  Answer boot(std::size_t build) {
    const auto& made = series[build];
    bool is_broken = (build <= place) == (find == Find::fixed);
    if (made.at_times && build != place && build != place + 1) {
      const bool shows = dice.below(5) == 0;
      was_noisy = was_noisy || shows != is_broken;
      is_broken = shows;
    }
    return is_broken ? made.broken : made.fixed;
  }

  // The judgeable builds on both sides of the change.
  std::pair<std::size_t, std::size_t> truth() const {
    auto older = place;
    auto newer = place + 1;
    while (series[older].special) --older;
    while (series[newer].special) ++newer;
    return {older, newer};
  }
};

class Sweep {
 public:
  Sweep(std::vector<Made> series, std::string signature)
      : series_(std::move(series)), signature_(std::move(signature)) {}

  bool run() {
    for (const auto find : {Find::fixed, Find::broken}) {
      for (std::size_t place = 0; place + 1 < series_.size(); ++place) {
        for (int seed = 0; seed < throws; ++seed) one(find, place, static_cast<unsigned>(seed));
      }
    }
    return ok_;
  }

  void print() const {
    for (const auto& [ending, count] : endings_) fmt::print("{}: {} searches\n", ending, count);
    fmt::print("without noise at most {} boots that were judged and {} in all, of {} allowed\n",
               most_judged_, most_boots_, quiet_boots(problem(Find::fixed)));
  }

 private:
  Problem problem(Find find) const {
    Problem problem;
    problem.find = find;
    problem.signature = signature_;
    for (const auto& made : series_) problem.builds.push_back({made.label});
    return problem;
  }

  void one(Find find, std::size_t place, unsigned seed) {
    for (const std::size_t jobs : {1, 2}) {
      World world{series_, find, place, simulated::Dice(seed)};
      const auto search = problem(find);
      const auto run = simulated::search(
          search, [&](std::size_t build) { return world.boot(build); }, jobs);
      judge(search, world, run, jobs);
    }
  }

  void judge(const Problem& search, const World& world, const simulated::Run& run,
             std::size_t jobs) {
    ++endings_[std::string(to_text(run.conclusion.ending))];
    const auto [older, newer] = world.truth();
    const auto& end = run.conclusion;
    const bool right = simulated::named_a_pair(run) ? end.older == older && end.newer == newer
                                                    : end.ending == Ending::noisy &&
                                                          end.older <= older && end.newer >= newer;
    const auto judged = tally(search, run.history).judged.size();
    const bool bounded = world.was_noisy || jobs > 1 || judged <= quiet_boots(search);
    if (!world.was_noisy && jobs == 1) {
      most_judged_ = std::max(most_judged_, judged);
      most_boots_ = std::max(most_boots_, run.history.size());
    }
    if (right && bounded) return;
    ok_ = false;
    fmt::print("{} behind {}: {} {} to {}, {:.3f} sure, {} boots: {}\n", to_text(search.find),
               world.place, to_text(end.ending), end.older, end.newer, end.confidence,
               run.history.size(), right ? "too many boots" : "wrong");
  }

  std::vector<Made> series_;
  std::string signature_;
  std::map<std::string, int> endings_;
  std::size_t most_judged_ = 0;
  std::size_t most_boots_ = 0;
  bool ok_ = true;
};

}  // namespace

int main() {
  const auto json = Json::parse(std::cin);
  Sweep sweep(series_in(json), json.at("signature"));
  const bool ok = sweep.run();
  sweep.print();
  return ok ? 0 : 1;
}
