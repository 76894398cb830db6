// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/explore_host.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/lab/accelerator.hpp"

namespace refrag::run {

using base::Deadline;

namespace {

testbed::Side side_of(const explore::Item& item) {
  return item.from == explore::Side::a ? testbed::Side::a : testbed::Side::b;
}

// Half of the time or more the settings are those under which a bridge does most. Empty: not to be
// changed. (Of the sets of rules not those that drop, nor the bridge's own connection tracking; no
// smaller MTU than the machine's, which might drop a frame.)
std::vector<std::string> choices_of(const std::string& knob) {
  if (knob == verdict::knob::rules) {
    return {"conntrack", "conntrack", "conntrack", "notrack", "none", "accept"};
  }
  if (knob == verdict::knob::mtu) return {"1500", "1500", "9000"};
  if (knob == "bridge-nf-call-arptables") return {"0"};
  if (knob == verdict::knob::offloads) return {"1", "1", "0"};
  if (knob.starts_with("bridge-nf-")) return {"1", "1", "0"};
  return {};
}

}  // namespace

bool Shown::is_clean() const {
  return std::ranges::all_of(
      directions, [](const auto& direction) { return direction.findings.violations.empty(); });
}

ExploreHost::ExploreHost(const kernels::KernelBuild& build, base::fs::path folder)
    : build_(build), folder_(std::move(folder)) {}

void ExploreHost::bring_up(Deadline deadline) {
  if (is_up()) return;
  const auto place = folder_ / fmt::format("machine-{}", ++boots_);
  base::make_folder(place);
  const testbed::PhaseEvents silent{[](auto&) {}, [](auto&, double) {}};
  const lab::WireSpec spec{
      .kernel = build_, .accelerator = lab::find_accelerator(deadline), .folder = place};
  auto booted = lab::WireMachine::boot(spec, silent, deadline);
  if (const auto* failed = std::get_if<testbed::NotUp>(&booted)) {
    throw base::Error(
        base::Fault::lab,
        fmt::format("{} does not come up: {}: {}", build_.label, failed->phase, failed->what),
        "its console is in " + place.string());
  }
  machine_ = std::get<std::unique_ptr<lab::WireMachine>>(std::move(booted));
  try {
    range_ = std::make_unique<testbed::WireRange>(testbed::read_wire_address(machine_->address()),
                                                  deadline);
    ask_for_knobs(deadline);
  } catch (const testbed::Lost& lost) {
    throw base::Error(base::Fault::lab,
                      fmt::format("{} was up and is lost: {}", build_.label, lost.what()),
                      "its console is in " + place.string());
  }
}

void ExploreHost::end() {
  range_.reset();
  machine_.reset();
}

void ExploreHost::ask_for_knobs(Deadline deadline) {
  knobs_ = range_->host().knobs({}, deadline);
  ranges_.values.clear();
  for (const auto& [name, value] : knobs_) {
    if (auto choices = choices_of(name); !choices.empty()) {
      ranges_.values[name] = std::move(choices);
    }
  }
  // Old kernels track connections whatever one does, and some cards take no larger frames.
  for (const auto& [knob, value] :
       {std::pair(verdict::knob::rules, "none"), std::pair(verdict::knob::mtu, "9000"),
        std::pair(verdict::knob::mtu, "1500")}) {
    try {
      knobs_ = range_->host().knobs({{std::string(knob), value}}, deadline);
    } catch (const base::Error&) {
      ranges_.values.erase(std::string(knob));
    }
  }
}

void ExploreHost::set_knobs(const explore::Knobs& knobs, Deadline deadline) {
  verdict::Knobs wanted;
  for (const auto& [name, value] : knobs) {
    if (knobs_[name] != value) wanted[name] = value;
  }
  if (wanted.empty()) return;
  knobs_ = range_->host().knobs(wanted, deadline);
  for (const auto& [name, value] : wanted) {
    if (knobs_[name] == value) continue;
    throw base::Error(base::Fault::lab,
                      fmt::format("{} is {} and not {}", name, knobs_[name], value));
  }
}

Shown ExploreHost::send(const explore::Scenario& scenario, Deadline deadline) {
  set_knobs(scenario.knobs, deadline);
  auto frames = explore::frames_of(scenario, ++salt_);
  std::vector<testbed::WireRange::Shot> shots;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    shots.push_back({side_of(scenario.items[scenario.shots[i].item]), std::move(frames[i])});
  }
  Shown shown;
  shown.taps = range_->shoot(shots, deadline);
  const oracle::Rules rules{.mtu = std::stoi(knobs_.at(std::string(verdict::knob::mtu))),
                            .hosts = shown.taps.hosts};
  shown.directions = oracle::judge(shown.taps.ports[0], shown.taps.ports[1], rules);
  return shown;
}

}  // namespace refrag::run
