// SPDX-License-Identifier: GPL-2.0-or-later
// Every search that a real series allows, over the answers that its builds gave when each was
// booted (ci/sweep): every place of the change, both senses, one and two jobs, and for the build
// that shows the bug in one boot of five many throws of the dice. No boots here, so all of them
// take seconds.
//
// stdin: {"signature": "...", "builds": [{"label", "special", "at_times", "fixed": {"kind",
// "text"}, "broken": {...}}]}; an argument is the confidence to ask for. Exits 1 when a search that
// the dice never misled names a wrong pair or takes more boots than it may, and when those over a
// build with dice name more wrong pairs than the doubt that they state.
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
  bool was_misled = false;

  Answer boot(std::size_t build) {
    const auto& made = series[build];
    bool is_broken = (build <= place) == (find == Find::fixed);
    if (made.at_times && build != place && build != place + 1) {
      const bool shows = dice.below(5) == 0;
      was_misled = was_misled || shows != is_broken;
      is_broken = shows;
    }
    return is_broken ? made.broken : made.fixed;
  }

  // A build outside the pair may mislead.
  bool has_dice() const {
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (series[i].at_times && i != place && i != place + 1) return true;
    }
    return false;
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
  Sweep(std::vector<Made> series, std::string signature, std::optional<double> confidence)
      : series_(std::move(series)), signature_(std::move(signature)), confidence_(confidence) {}

  bool run() {
    for (const auto find : {Find::fixed, Find::broken}) {
      for (std::size_t place = 0; place + 1 < series_.size(); ++place) {
        for (int seed = 0; seed < throws; ++seed) one(find, place, static_cast<unsigned>(seed));
      }
    }
    return ok_ && simulated::is_kept(with_dice_.wrong, with_dice_.doubt);
  }

  void print() const {
    for (const auto& [ending, count] : endings_) fmt::print("{}: {} searches\n", ending, count);
    fmt::print("not misled: {}, at most {} boots that were judged, of {} allowed\n",
               ok_ ? "all right" : "wrong, see above", most_judged_,
               quiet_boots(problem(Find::fixed)));
    fmt::print("over a build with dice: {} answers, {} wrong; {:.0f} by the doubt they state\n",
               with_dice_.answers, with_dice_.wrong, with_dice_.doubt);
  }

 private:
  Problem problem(Find find) const {
    Problem problem;
    problem.find = find;
    problem.signature = signature_;
    problem.confidence = confidence_;
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

  // Where the dice spoke, no answer is one; a range has to hold the change.
  static bool is_right(const World& world, const simulated::Run& run) {
    const auto [older, newer] = world.truth();
    const auto& end = run.conclusion;
    if (simulated::named_a_pair(run)) return end.older == older && end.newer == newer;
    if (end.ending == Ending::noisy) return end.older <= older && end.newer >= newer;
    return world.was_misled && end.ending == Ending::not_monotone;
  }

  void judge(const Problem& search, const World& world, const simulated::Run& run,
             std::size_t jobs) {
    ++endings_[std::string(to_text(run.conclusion.ending))];
    const bool right = is_right(world, run);
    if (world.has_dice()) with_dice_.add(run.conclusion, right);
    if (world.was_misled) return;
    const auto judged = tally(search, run.history).judged.size();
    if (jobs == 1) most_judged_ = std::max(most_judged_, judged);
    const bool bounded = jobs > 1 || confidence_ || judged <= quiet_boots(search);
    if (right && bounded) return;
    ok_ = false;
    fmt::print("{} behind {}: {} {} to {}, {} boots: {}\n", to_text(search.find), world.place,
               to_text(run.conclusion.ending), run.conclusion.older, run.conclusion.newer,
               run.history.size(), right ? "too many boots" : "wrong");
  }

  std::vector<Made> series_;
  std::string signature_;
  std::optional<double> confidence_;
  std::map<std::string, int> endings_;
  std::size_t most_judged_ = 0;
  simulated::Account with_dice_;  // searches over a build that may mislead
  bool ok_ = true;
};

}  // namespace

int main(int argc, char** argv) {
  const auto json = Json::parse(std::cin);
  std::optional<double> confidence;
  if (argc > 1) confidence = std::stod(argv[1]);
  Sweep sweep(series_in(json), json.at("signature"), confidence);
  const bool ok = sweep.run();
  sweep.print();
  return ok ? 0 : 1;
}
