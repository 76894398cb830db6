// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/transparency/again.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/packet/link.hpp"
#include "framework/packet/pcapng.hpp"
#include "framework/transparency/judge.hpp"

namespace refrag::transparency {

using verdict::CaseRecord;
using verdict::Record;
using verdict::SweepRecord;
using verdict::ViolationRecord;

namespace {

using Place = std::tuple<std::string, std::string, std::string, verdict::Cell, int>;

// By place in the records: a sweep is followed by its cases, these by its violations.
struct Sweep {
  std::size_t record = 0;
  std::vector<std::size_t> cases;
  std::vector<std::size_t> violations;
};

class Sweeps {
 public:
  explicit Sweeps(std::vector<Record>& records) : records_(records) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      std::visit([&](const auto& record) { add(record, i); }, records[i]);
    }
  }

  const std::vector<Sweep>& all() const { return sweeps_; }
  int mtu() const { return mtu_; }

 private:
  void add(const verdict::RunRecord& run, std::size_t) { mtu_ = run.mtu; }
  void add(const SweepRecord& sweep, std::size_t at) {
    places_[{sweep.suite, sweep.name, sweep.kernel, sweep.cell, sweep.attempt}] = sweeps_.size();
    sweeps_.push_back({.record = at, .cases = {}, .violations = {}});
  }
  void add(const CaseRecord& one, std::size_t at) {
    auto* sweep = find({one.id.suite, one.id.name, one.id.kernel, one.id.cell, one.attempt});
    if (sweep == nullptr) return;
    const auto room =
        static_cast<std::size_t>(std::get<SweepRecord>(records_[sweep->record]).cases);
    if (one.echo && sweep->cases.size() < room) sweep->cases.push_back(at);
  }
  void add(const ViolationRecord& one, std::size_t at) {
    auto* sweep = find({one.suite, one.name, one.kernel, one.cell, one.attempt});
    if (sweep != nullptr) sweep->violations.push_back(at);
  }
  void add(const auto&, std::size_t) {}

  Sweep* find(const Place& place) {
    const auto found = places_.find(place);
    return found == places_.end() ? nullptr : &sweeps_[found->second];
  }

  std::vector<Record>& records_;
  std::vector<Sweep> sweeps_;
  std::map<Place, std::size_t> places_;
  int mtu_ = verdict::RunRecord().mtu;
};

std::size_t frames_of(const std::vector<packet::Tap>& ports) {
  return ports[0].frames.size() + ports[1].frames.size();
}

class Looker {
 public:
  Looker(std::vector<Record>& records, const ReadCapture& read) : records_(records), read_(read) {}

  Again look() {
    const Sweeps sweeps(records_);
    for (const auto& sweep : sweeps.all()) look_at(sweep, sweeps.mtu());
    if (result_.changed > 0) put_in_order();
    return std::move(result_);
  }

 private:
  SweepRecord& record_of(const Sweep& sweep) {
    return std::get<SweepRecord>(records_[sweep.record]);
  }

  void look_at(const Sweep& sweep, int mtu) {
    const auto& seen = record_of(sweep).evidence.transparency;
    if (!seen || seen->capture.empty() || seen->began == 0 || !seen->problem.empty()) return;
    const auto file = read_(seen->capture);
    auto taps = file ? packet::from_pcapng(*file) : std::nullopt;
    if (!taps || taps->size() < 2 || frames_of(*taps) != static_cast<std::size_t>(seen->frames)) {
      result_.problems.push_back(
          fmt::format("{} is not the whole capture that was kept: its violations stay as they were",
                      seen->capture));
      return;
    }
    try {
      judge_again(sweep, mtu, *taps);
    } catch (const base::Error& error) {
      result_.problems.push_back(fmt::format("{}: {}", seen->capture, error.what()));
    }
  }

  void judge_again(const Sweep& sweep, int mtu, const std::vector<packet::Tap>& taps) {
    auto& record = record_of(sweep);
    auto& seen = *record.evidence.transparency;
    Captures captures{.ports = std::span(taps).first(2),
                      .hosts = {},
                      .from = std::chrono::nanoseconds(seen.began)};
    for (const auto& text : seen.hosts) {
      if (const auto mac = packet::to_mac(text)) captures.hosts.push_back(*mac);
    }
    auto judged = judge(captures, record.cell, mtu, echoes_of(sweep));
    take(seen, *judged.evidence);
    bool is_changed = false;
    verdict::SweepEvidence evidence{record.evidence, {}};
    for (const auto at : sweep.cases) {
      auto& echo = *std::get<CaseRecord>(records_[at]).echo;
      const int before = echo.outgrown_at_ports;
      add_outgrown(echo, judged);
      is_changed = is_changed || echo.outgrown_at_ports != before;
      evidence.echoes.push_back(echo);
    }
    if (verdict::are_broken(verdict::judge(record.cell, evidence))) judged.violations.clear();
    is_changed = replace(sweep, record, std::move(judged.violations)) || is_changed;
    ++result_.judged;
    result_.changed += is_changed ? 1 : 0;
  }

  std::vector<verdict::EchoEvidence> echoes_of(const Sweep& sweep) {
    std::vector<verdict::EchoEvidence> echoes;
    for (const auto at : sweep.cases) echoes.push_back(*std::get<CaseRecord>(records_[at]).echo);
    return echoes;
  }

  static void take(verdict::Transparency& seen, const verdict::Transparency& now) {
    seen.entered = now.entered;
    seen.left = now.left;
    seen.refragmented = now.refragmented;
    seen.unjudged = now.unjudged;
  }

  // Whether they are others than before.
  bool replace(const Sweep& sweep, const SweepRecord& record, std::vector<ViolationRecord> now) {
    std::vector<ViolationRecord> before;
    for (const auto at : sweep.violations) {
      before.push_back(std::get<ViolationRecord>(records_[at]));
    }
    for (auto& violation : now) {
      violation.suite = record.suite;
      violation.name = record.name;
      violation.kernel = record.kernel;
      violation.cell = record.cell;
      violation.attempt = record.attempt;
    }
    if (now == before) return false;
    gone_.insert(sweep.violations.begin(), sweep.violations.end());
    come_[sweep.cases.empty() ? sweep.record : sweep.cases.back()] = std::move(now);
    return true;
  }

  void put_in_order() {
    std::vector<Record> all;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (!gone_.contains(i)) all.push_back(std::move(records_[i]));
      const auto come = come_.find(i);
      if (come != come_.end()) std::ranges::move(come->second, std::back_inserter(all));
    }
    records_ = std::move(all);
  }

  std::vector<Record>& records_;
  const ReadCapture& read_;
  Again result_;
  std::set<std::size_t> gone_;                                // violations of then
  std::map<std::size_t, std::vector<ViolationRecord>> come_;  // those of now, behind that record
};

}  // namespace

Again look_again(std::vector<Record>& records, const ReadCapture& read) {
  return Looker(records, read).look();
}

}  // namespace refrag::transparency
