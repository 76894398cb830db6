// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/times.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

namespace refrag::run {

using verdict::CaseId;
using verdict::PhaseRecord;
using verdict::SweepRecord;

namespace {

base::fs::path file_for(const std::string& testbed) {
  return base::cache_folder() / "times" / (testbed + ".json");
}

struct Sum {
  double seconds = 0;
  int count = 0;

  void add(double more, int of = 1) {
    seconds += more;
    count += of;
  }
  double mean() const { return count > 0 ? seconds / count : 0; }
};

}  // namespace

std::optional<Times> Times::of(std::span<const verdict::Record> records) {
  std::map<std::string, int> cells;  // by suite, of all kernels
  for (const auto& record : records) {
    const auto* sweep = std::get_if<SweepRecord>(&record);
    if (sweep != nullptr && !sweep->edge) ++cells[sweep->suite];
  }
  Sum up;
  std::map<std::string, Sum> suites;
  std::map<std::pair<std::string, int>, double>
      begun;  // attempts at kernels that are on their way up
  std::set<std::pair<std::string, int>> arrived;
  for (const auto& record : records) {
    const auto* phase = std::get_if<PhaseRecord>(&record);
    if (phase == nullptr) continue;
    const std::pair attempt(phase->kernel, phase->attempt);
    const double start = begun.emplace(attempt, phase->at).first->second;
    if (!cells.contains(phase->phase)) continue;
    if (arrived.insert(attempt).second) up.add(phase->at - start);
    suites[phase->phase].add(phase->seconds);
  }
  if (up.count == 0) return std::nullopt;
  Times times{up.mean(), {}};
  for (const auto& [name, sum] : suites) times.cell[name] = sum.seconds / cells[name];
  return times;
}

std::optional<Times> Times::last(const std::string& testbed) {
  const auto file = file_for(testbed);
  if (!base::fs::exists(file)) return std::nullopt;
  const auto json = nlohmann::json::parse(base::read_file(file, 1u << 20), nullptr, false);
  try {
    return Times{json.at("up").get<double>(), json.at("cell").get<std::map<std::string, double>>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void Times::keep(const std::string& testbed) const {
  try {
    base::make_folder(file_for(testbed).parent_path());
    base::write_file(file_for(testbed), nlohmann::json{{"up", up}, {"cell", cell}}.dump() + "\n");
  } catch (const base::Error&) {
    // The next plan has no estimate, or an older one.
  }
}

double Times::of_kernel(std::span<const CaseId> cases) const {
  std::set<CaseId> cells;
  for (auto id : cases) {
    id.size.reset();
    cells.insert(std::move(id));
  }
  double known = 0;  // a suite that never ran is taken to be like the others
  for (const auto& [suite, seconds] : cell) known += seconds / static_cast<double>(cell.size());
  double sum = cases.empty() ? 0 : up;
  for (const auto& id : cells) {
    const auto suite = cell.find(id.suite);
    sum += suite != cell.end() ? suite->second : known;
  }
  return sum;
}

double together(std::span<const double> seconds, int workers) {
  std::vector<double> busy(static_cast<std::size_t>(std::max(1, workers)), 0);
  for (const double more : seconds) *std::ranges::min_element(busy) += more;
  return std::ranges::max(busy);
}

std::string duration_text(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace refrag::run
