// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/rejudge.hpp"

#include <map>
#include <tuple>

namespace refrag::verdict {
namespace {

using Place = std::tuple<std::string, std::string, std::string, Cell, int>;  // of a sweep

struct Sweep {
  SweepEvidence evidence;
  std::vector<CaseRecord*> cases;  // of each echo
};

}  // namespace

Rejudged rejudge(std::vector<Record>& records) {
  std::map<Place, Sweep> sweeps;
  for (const auto& record : records) {
    if (const auto* sweep = std::get_if<SweepRecord>(&record)) {
      const Place place{sweep->suite, sweep->name, sweep->kernel, sweep->cell, sweep->attempt};
      sweeps[place].evidence.cell = sweep->evidence;
    }
  }
  for (auto& record : records) {
    auto* one = std::get_if<CaseRecord>(&record);
    if (one == nullptr || !one->echo) continue;
    const auto& id = one->id;
    const auto sweep = sweeps.find({id.suite, id.name, id.kernel, id.cell, one->attempt});
    if (sweep == sweeps.end()) continue;
    sweep->second.evidence.echoes.push_back(*one->echo);
    sweep->second.cases.push_back(one);
  }
  Rejudged result;
  for (const auto& [place, sweep] : sweeps) {
    const auto judgements = judge(std::get<Cell>(place), sweep.evidence);
    for (std::size_t i = 0; i < judgements.size(); ++i) {
      ++result.judged;
      result.changed += sweep.cases[i]->judgement != judgements[i];
      sweep.cases[i]->judgement = judgements[i];
    }
  }
  return result;
}

}  // namespace refrag::verdict
