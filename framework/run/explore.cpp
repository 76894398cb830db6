// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/explore.hpp"

#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/explore/case.hpp"
#include "framework/explore/shrink.hpp"
#include "framework/packet/pcapng.hpp"
#include "framework/run/explore_host.hpp"

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
constexpr int most_tries = 600;  // of shrinking one finding
constexpr int most_crashes = 3;  // then the kernel is not explored any further
constexpr int most_boots = 3;    // of a machine that was up before
const std::string crashed = "crashed";

// What counts as plain: everything off.
explore::Knobs plain_knobs(const explore::Ranges& ranges) {
  explore::Knobs plain;
  for (const auto& [name, values] : ranges.values) {
    plain[name] = name == verdict::knob::rules ? "none" : name == verdict::knob::mtu ? "1500" : "0";
  }
  return plain;
}

struct Sight {       // of a violation
  std::string what;  // explore::class_of
  std::string kind;
  std::string reason;
};

std::vector<Sight> sights_of(const Shown& shown) {
  std::vector<Sight> sights;
  for (const auto& direction : shown.directions) {
    for (const auto& violation : direction.findings.violations) {
      sights.push_back({explore::class_of(violation, direction),
                        std::string(oracle::to_text(violation.kind)), violation.reason});
    }
  }
  return sights;
}

const Sight* find_kind(const std::vector<Sight>& sights, const std::string& kind) {
  for (const auto& sight : sights) {
    if (sight.kind == kind) return &sight;
  }
  return nullptr;
}

std::string frames_text(const Shown& shown) {
  std::string text;
  for (const auto& direction : shown.directions) {
    for (const auto& violation : direction.findings.violations) {
      text += fmt::format("from {} to {}\n", direction.from->name, direction.to->name) +
              oracle::side_by_side(violation, direction.entered, direction.left);
    }
  }
  return text;
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
    return found_.empty() ? 0 : 1;
  }

  int replay(const Case& known) {
    bring_up();
    const auto [shown, rate] = repeat(known.scenario, known.kind);
    fmt::print("{} on {}: shown {} of {} times\n{}", known.name, build_.label, rate,
               options_.repeats, shown);
    return rate > 0 ? 1 : 0;
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
  }

  void write_state() {
    const nlohmann::ordered_json json{{"kernel", build_.label},
                                      {"seed", seed_},
                                      {"next", next_},
                                      {"known", known_},
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
      const auto sights = sights_of(host_.send(scenario, Deadline::in(send_time)));
      ++scenarios_;
      datagrams_ += scenario.items.size();
      for (const auto& sight : sights) {
        if (known_.insert(sight.what).second) investigate(scenario, sight, number);
      }
    } catch (const testbed::Lost& lost) {
      died(scenario, lost, number);
    } catch (const Error& error) {
      if (error.fault() != Fault::lab) throw;
      base::say(fmt::format("scenario {} could not be sent: {}", number, error.what()));
      start_again();
    }
  }

  bool shows(const Scenario& scenario, const std::string& kind) {
    return find_kind(sights_of(host_.send(scenario, Deadline::in(send_time))), kind) != nullptr;
  }

  void investigate(const Scenario& scenario, const Sight& sight, std::uint64_t number) {
    base::status(fmt::format("{}: making it smaller", sight.what));
    const auto least = explore::shrink(
        scenario, [&](const Scenario& smaller) { return shows(smaller, sight.kind); },
        plain_knobs(host_.ranges()), most_tries);
    Case found{
        .kind = sight.kind, .reason = sight.reason, .number = number, .scenario = least.scenario};
    const auto [text, rate] = repeat(found.scenario, found.kind);
    found.shown = rate;
    found.tries = options_.repeats;
    keep(std::move(found), text);
  }

  // How often it shows in as many tries, and what it looks like.
  std::pair<std::string, int> repeat(const Scenario& scenario, const std::string& kind) {
    int rate = 0;
    std::string text;
    for (int i = 0; i < options_.repeats; ++i) {
      const auto shown = host_.send(scenario, Deadline::in(send_time));
      if (find_kind(sights_of(shown), kind) == nullptr) continue;
      if (rate++ > 0) continue;
      text = frames_text(shown);
      capture_ = packet::to_pcapng(shown.taps.ports, shown.taps.since, explore::to_text(scenario));
    }
    return {text, rate};
  }

  void keep(Case found, const std::string& frames) {
    found.name = explore::name_of(found.kind, found.scenario);
    if (!found_.insert(found.name).second) return;
    found.kernel = options_.kernel;
    found.release = build_.release;
    found.seed = seed_;
    const auto folder = options_.out / "cases";
    base::make_folder(folder);
    const auto text =
        fmt::format("{}: {}, shown {} of {} times\n{}\n{}", found.name, found.reason, found.shown,
                    found.tries, explore::to_text(found.scenario), frames);
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
  std::set<std::string> known_;  // classes that were looked into
  std::set<std::string> found_;  // names of cases
  std::string capture_;          // of what repeat() showed
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
