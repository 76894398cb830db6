// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/explore.hpp"

#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/explore/case.hpp"
#include "framework/explore/plain_traffic.hpp"
#include "framework/explore/shrink.hpp"
#include "framework/run/sights.hpp"

namespace refrag::run {

using base::Deadline;
using base::Error;
using base::Fault;
using base::seconds;
using explore::Case;
using explore::Scenario;

namespace {

constexpr auto opening_time = std::chrono::minutes(30);
constexpr auto boot_time = seconds(600);
constexpr auto send_time = seconds(60);
constexpr int most_tries = 600;        // of shrinking one finding
constexpr int most_tries_alone = 250;  // of those that take plain traffic each
constexpr int most_crashes = 3;        // then the kernel is not explored any further
constexpr int most_boots = 3;          // of a machine that was up before

// What counts as plain: everything off.
explore::Knobs plain_knobs(const explore::Ranges& ranges) {
  explore::Knobs plain;
  for (const auto& [name, values] : ranges.values) {
    plain[name] = name == verdict::knob::rules ? "none" : name == verdict::knob::mtu ? "1500" : "0";
  }
  return plain;
}

class Search {
 public:
  Search(const ExploreOptions& options, const kernels::KernelBuild& build)
      : options_(options), build_(build), host_(build, options.out) {
    if (options.resume) read_state();
  }

  int run() {
    bring_up();
    const auto end = Deadline::in(options_.budget);
    const base::Stopwatch watch;
    while (!end.expired() && crashes_ < most_crashes) {
      one(next_++);
      if (next_ % 64 == 0) write_state();
      base::status(fmt::format("explored {} datagrams in {:.0f} s, {} found", datagrams_,
                               watch.seconds(), found_.size()));
    }
    write_state();
    fmt::print("{}: {} datagrams in {} scenarios, {:.0f} a second; seed {}, {} found\n",
               build_.label, datagrams_, scenarios_,
               static_cast<double>(datagrams_) / watch.seconds(), seed(), found_.size());
    for (const auto& [likeness, count] : seen_) fmt::print("{:8} times {}\n", count, likeness);
    return found_.empty() ? 0 : 1;
  }

  int replay(const Case& known) {
    bring_up();
    const auto again = repeat(known.scenario, known.kind, std::nullopt);
    fmt::print("{} on {}: shown {} of {} times{}\n{}", known.name, build_.label, again.rate,
               options_.repeats, again.rate > 0 ? ", " + again.sight.likeness() : "", again.text);
    return again.rate > 0 ? 1 : 0;
  }

 private:
  std::uint64_t seed() const { return seed_; }
  base::fs::path state_file() const { return options_.out / "explore.json"; }

  void read_state() {
    const auto json = nlohmann::json::parse(base::read_file(state_file()), nullptr, false);
    if (!json.is_object()) {
      throw Error(Fault::usage, state_file().string() + " is not what explore writes");
    }
    seed_ = json.value("seed", seed_);
    next_ = json.value("next", next_);
    known_ = json.value("known", known_);
    found_ = json.value("found", found_);
    seen_ = json.value("seen", seen_);
    datagrams_before_ = json.value("datagrams", datagrams_before_);
  }

  void write_state() {
    const nlohmann::ordered_json json{
        {"kernel", build_.label}, {"seed", seed_},
        {"next", next_},          {"datagrams", datagrams_before_ + datagrams_},
        {"seen", seen_},          {"known", known_},
        {"found", found_}};
    base::write_file(state_file(), json.dump(1) + "\n");
  }

  void bring_up() { host_.bring_up(Deadline::in(boot_time)); }

  // It was up before: where it does not come up once more, it is this machine that had no time.
  void start_again() {
    for (int tries = 1;; ++tries) {
      host_.end();
      try {
        return bring_up();
      } catch (const Error& error) {
        if (error.fault() != Fault::lab || tries == most_boots) throw;
        base::say(fmt::format("{}; once more", error.what()));
      }
    }
  }

  void one(std::uint64_t number) {
    const auto scenario = explore::generate(seed_, number, host_.ranges());
    try {
      const auto shown = host_.send(scenario, Deadline::in(send_time));
      const auto sights = sights_of(build_.version, scenario, shown);
      ++scenarios_;
      datagrams_ += scenario.items.size();
      std::vector<Sight> news;
      for (const auto& sight : sights) {
        ++seen_[sight.kind + ", " + sight.likeness()];
        if (!known_.contains(sight.what())) news.push_back(sight);
      }
      if (news.empty()) return;
      const Found as_found{number, scenario, frames_text(shown), capture_of(scenario, shown)};
      for (const auto& sight : news) {
        if (known_.insert(sight.what()).second) investigate(as_found, sight);
      }
    } catch (const testbed::Lost& lost) {
      died(scenario, lost, number);
    } catch (const Error& error) {
      if (error.fault() != Fault::lab) throw;
      base::say(fmt::format("scenario {} could not be sent: {}", number, error.what()));
      start_again();
    }
  }

  std::vector<Sight> send(const Scenario& scenario) {
    return sights_of(build_.version, scenario, host_.send(scenario, Deadline::in(send_time)));
  }

  // Behind plain traffic: then nothing that earlier scenarios have left is in it.
  Shown send_alone(const Scenario& scenario) {
    host_.send(explore::plain_traffic_before(scenario), Deadline::in(send_time));
    return host_.send(scenario, Deadline::in(send_time));
  }

  Scenario made_smaller(const Scenario& scenario, const Sight& sight, bool alone) {
    base::status(fmt::format("{}: making it smaller", sight.what()));
    const auto shows = [&](const Scenario& smaller) {
      const auto sights =
          alone ? sights_of(build_.version, smaller, send_alone(smaller)) : send(smaller);
      return find(sights, sight.kind, sight.bug) != nullptr;
    };
    if (alone && !shows(scenario)) return scenario;
    const auto tries = alone ? most_tries_alone : most_tries;
    return explore::shrink(scenario, shows, plain_knobs(host_.ranges()), tries).scenario;
  }

  struct Found {
    std::uint64_t number;  // of the scenario
    Scenario scenario;
    std::string text;  // its frames
    std::string capture;
  };

  // What does not show again, or only behind what was sent before, is kept as it was found.
  void investigate(const Found& as_found, const Sight& sight) {
    Case found{.kind = sight.kind, .looks_like = sight.bug, .number = as_found.number};
    found.scenario = made_smaller(as_found.scenario, sight, false);
    auto again = repeat(found.scenario, found.kind, sight.bug);
    if (again.rate == 0) {
      found.scenario = made_smaller(as_found.scenario, sight, true);
      again = repeat(found.scenario, found.kind, sight.bug);
    }
    if (again.rate == 0) {
      found.scenario = as_found.scenario;
      again = {.sight = sight, .text = as_found.text};
      capture_ = as_found.capture;
    }
    found.reason = again.sight.reason;
    found.shown = again.rate;
    found.tries = options_.repeats;
    keep(std::move(found), again.text);
  }

  struct Again {
    int rate = 0;      // times that it showed
    Sight sight = {};  // the first of them
    std::string text = {};
  };

  // How often it shows in as many tries, each behind plain traffic, and what it looks like.
  Again repeat(const Scenario& scenario, const std::string& kind,
               const std::optional<std::string>& bug) {
    Again again;
    capture_.clear();
    for (int i = 0; i < options_.repeats; ++i) {
      const auto shown = send_alone(scenario);
      const auto sights = sights_of(build_.version, scenario, shown);
      const auto* const sight = find(sights, kind, bug);
      if (sight == nullptr || again.rate++ > 0) continue;
      again.sight = *sight;
      again.text = frames_text(shown);
      capture_ = capture_of(scenario, shown);
    }
    return again;
  }

  void keep(Case found, const std::string& frames) {
    found.name = explore::name_of(found.kind, found.scenario);
    if (!found_.insert(found.name).second) return;
    found.kernel = options_.kernel;
    found.release = build_.release;
    found.seed = seed_;
    const auto folder = options_.out / "cases";
    base::make_folder(folder);
    const auto text = fmt::format("{}: {}, shown {} of {} times\n{}\n{}\n{}", found.name,
                                  found.reason, found.shown, found.tries, likeness_of(found),
                                  explore::to_text(found.scenario), frames);
    base::write_file(folder / (found.name + ".json"), explore::to_json(found));
    base::write_file(folder / (found.name + ".txt"), text);
    if (!capture_.empty()) base::write_file(folder / (found.name + ".pcapng"), capture_);
    base::clear_status();
    fmt::print("{}\n", text);
    std::fflush(stdout);
    write_state();
  }

  // The machine did not survive it, or was taken away: only what kills a fresh one too is the
  // kernel's doing.
  void died(const Scenario& scenario, const testbed::Lost& lost, std::uint64_t number) {
    base::say(fmt::format("the machine is gone: {}", lost.what()));
    capture_.clear();
    Case found{.kind = crashed, .reason = lost.what(), .number = number, .scenario = scenario};
    for (found.tries = 0; found.tries < 2; ++found.tries) {
      start_again();
      try {
        host_.send(scenario, Deadline::in(send_time));
      } catch (const testbed::Lost& again) {
        ++found.shown;
        found.reason = again.what();
      }
    }
    if (lost.how() != verdict::Outcome::broken || found.shown > 0) {
      ++crashes_;
      keep(std::move(found), lost.console_tail());
    }
    start_again();
  }

  const ExploreOptions& options_;
  const kernels::KernelBuild& build_;
  ExploreHost host_;
  std::uint64_t seed_ = options_.seed;
  std::uint64_t next_ = 0;
  std::size_t datagrams_ = 0, scenarios_ = 0;
  int crashes_ = 0;
  std::size_t datagrams_before_ = 0;         // by those who explored into this folder before
  std::map<std::string, std::size_t> seen_;  // violations, by kind and the bug they look like
  std::set<std::string> known_;              // what was looked into
  std::set<std::string> found_;              // names of cases
  std::string capture_;                      // of what repeat() showed
};

}  // namespace

int explore(const ExploreOptions& options) {
  const auto build = kernels::open_kernel(options.kernel, Deadline::in(opening_time));
  base::make_folder(options.out);
  Search search(options, build);
  if (options.replay.empty()) return search.run();
  return search.replay(
      explore::case_from_json(base::read_file(options.replay), options.replay.string()));
}

}  // namespace refrag::run
