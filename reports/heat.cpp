// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/heat.hpp"

#include <algorithm>
#include <set>

#include "reports/grid.hpp"

namespace refrag::reports {

using verdict::CaseRecord;
using verdict::Outcome;
using verdict::Standing;

namespace {

// What decides how a whole field looks; a known bug is milder than anything unexpected.
int weight(const KernelRun& kernel, const CaseRecord& one) {
  const auto standing = kernel.expected.of(one);
  if (standing == Standing::expected_failure) return 1;
  if (standing == Standing::unexpected_pass) return 2 * static_cast<int>(Outcome::failed);
  const auto outcome = one.judgement.outcome;
  return outcome == Outcome::passed ? 0 : 2 * static_cast<int>(outcome) + 1;
}

Field field_of(const KernelRun& kernel, std::vector<const CaseRecord*>& cases) {
  std::stable_sort(cases.begin(), cases.end(), [](const CaseRecord* a, const CaseRecord* b) {
    return a->id.size < b->id.size;
  });
  Field field;
  int worst = -1;
  for (const auto* one : cases) {
    const auto look = look_of(kernel, *one);
    const auto heavy = weight(kernel, *one);
    if (heavy > worst) {
      worst = heavy;
      field.look = look;
      field.worst = 0;
    }
    field.worst += heavy == worst ? 1 : 0;
    ++field.cases;
    if (!one->id.size) continue;
    if (field.strip.empty() || field.strip.back().look != look) field.strip.push_back({look, {}});
    field.strip.back().sizes.push_back(*one->id.size);
  }
  return field;
}

}  // namespace

Column column_of(const verdict::CaseId& id) {
  if (id.suite == kernel_log) return {id.suite, {}};
  return {id.suite + '/' + id.name, id.cell};
}

std::vector<Column> columns_of(const Run& run) {
  std::vector<Column> columns;
  std::set<Column> known;
  for (const auto& kernel : run.kernels) {
    for (const auto& one : kernel.cases) {
      const auto [place, is_new] = known.insert(column_of(one.id));
      if (is_new) columns.push_back(*place);
    }
  }
  // Suites that take turns in the records stand together on the page.
  std::map<std::string, std::size_t> suites;
  for (const auto& column : columns) suites.emplace(column.suite, suites.size());
  std::stable_sort(columns.begin(), columns.end(), [&](const Column& a, const Column& b) {
    return suites[a.suite] < suites[b.suite];
  });
  return columns;
}

Look look_of(const KernelRun& kernel, const CaseRecord& one) {
  const auto standing = kernel.expected.of(one);
  if (standing == Standing::expected_failure) return {"expected", "\u2248", "known"};
  if (standing == Standing::unexpected_pass) return {"failed", "!", "UNEXP"};
  const auto word = std::string(word_of(one.judgement));
  switch (one.judgement.outcome) {
    case Outcome::passed:
      return {"passed", "\u2713", word};
    case Outcome::skipped:
      return {"skipped", "\u2013", word};
    case Outcome::broken:
      return {"broken", "?", word};
    case Outcome::failed:
      return {"failed", "\u2717", word};
    default:
      return {"crashed", "\u2716", word};
  }
}

Fields fields_of(const KernelRun& kernel) {
  std::map<Column, std::vector<const CaseRecord*>> cases;
  for (const auto& one : kernel.cases) cases[column_of(one.id)].push_back(&one);
  Fields fields;
  for (auto& [column, same] : cases) fields[column] = field_of(kernel, same);
  return fields;
}

}  // namespace refrag::reports
