// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/history.hpp"

#include <algorithm>
#include <iterator>

#include "framework/verdict/attempts.hpp"

namespace refrag::run {

using verdict::CaseId;

void History::add(const verdict::CaseRecord& record) {
  if (!verdict::is_undone(record.judgement)) attempts_[record.id].push_back(record.judgement);
}

void History::add(std::span<const verdict::Record> records) {
  for (const auto& record : records) {
    if (const auto* done = std::get_if<verdict::CaseRecord>(&record)) add(*done);
  }
}

std::vector<CaseId> History::due(std::span<const CaseId> cases, int attempt,
                                 bool findings_expected) const {
  const auto is_due = [&](const CaseId& id) {
    const auto known = attempts_.find(id);
    if (known == attempts_.end()) return attempt == 1;
    const auto& last = known->second.back();
    const bool expected = findings_expected && verdict::is_finding(last.outcome);
    return std::ssize(known->second) == attempt - 1 && verdict::is_worth_another(last) && !expected;
  };
  std::vector<CaseId> wanted;
  std::ranges::copy_if(cases, std::back_inserter(wanted), is_due);
  return wanted;
}

std::size_t History::done(std::span<const CaseId> cases) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cases, [&](const CaseId& id) { return attempts_.contains(id); }));
}

}  // namespace refrag::run
