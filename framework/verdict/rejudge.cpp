// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/rejudge.hpp"

#include <map>
#include <tuple>

namespace refrag::verdict {
namespace {

using Place = std::tuple<std::string, std::string, std::string, Cell, int>;  // of a sweep

struct Sweep {
  std::size_t size = 0;  // echoes; 0: not known
  SweepEvidence evidence;
  std::vector<CaseRecord*> cases = {};  // of each echo

  bool has_room() const { return size == 0 || cases.size() < size; }
};

// Each with the cases that follow it.
std::vector<Sweep> sweeps_in(std::vector<Record>& records) {
  std::vector<Sweep> sweeps;
  std::map<Place, std::size_t> places;
  for (auto& record : records) {
    if (const auto* sweep = std::get_if<SweepRecord>(&record)) {
      places[{sweep->suite, sweep->name, sweep->kernel, sweep->cell, sweep->attempt}] =
          sweeps.size();
      sweeps.push_back({static_cast<std::size_t>(sweep->cases), {sweep->evidence, {}}});
    }
    auto* one = std::get_if<CaseRecord>(&record);
    if (one == nullptr || !one->echo) continue;
    const auto& id = one->id;
    const auto place = places.find({id.suite, id.name, id.kernel, id.cell, one->attempt});
    if (place == places.end() || !sweeps[place->second].has_room()) continue;
    auto& sweep = sweeps[place->second];
    sweep.evidence.echoes.push_back(*one->echo);
    sweep.cases.push_back(one);
  }
  return sweeps;
}

}  // namespace

Rejudged rejudge(std::vector<Record>& records) {
  Rejudged result;
  for (const auto& sweep : sweeps_in(records)) {
    if (sweep.cases.empty()) continue;
    const auto judgements = judge(sweep.cases.front()->id.cell, sweep.evidence);
    for (std::size_t i = 0; i < judgements.size(); ++i) {
      ++result.judged;
      result.changed += sweep.cases[i]->judgement != judgements[i];
      sweep.cases[i]->judgement = judgements[i];
    }
  }
  return result;
}

}  // namespace refrag::verdict
