// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/history.hpp"

#include <algorithm>
#include <iterator>

#include "framework/verdict/attempts.hpp"

namespace refrag::run {

using verdict::CaseId;

void History::add(const verdict::CaseRecord& record) {
  if (!verdict::is_undone(record.judgement)) attempts_[record.id].push_back(record);
}

void History::add(std::span<const verdict::Record> records) {
  for (const auto& record : records) {
    if (const auto* done = std::get_if<verdict::CaseRecord>(&record)) add(*done);
  }
}

std::vector<CaseId> History::due(std::span<const CaseId> cases, int attempt,
                                 const IsExpected& is_expected) const {
  const auto is_due = [&](const CaseId& id) {
    const auto known = attempts_.find(id);
    if (known == attempts_.end()) return attempt == 1;
    if (std::ssize(known->second) != attempt - 1) return false;
    const auto& last = known->second.back();
    const bool is_finding = verdict::is_finding(last.judgement.outcome);
    return verdict::is_worth_another(last.judgement) && !(is_finding && is_expected(last));
  };
  std::vector<CaseId> wanted;
  std::ranges::copy_if(cases, std::back_inserter(wanted), is_due);
  return wanted;
}

std::vector<verdict::CaseRecord> History::settled(std::span<const CaseId> cases) const {
  std::vector<verdict::CaseRecord> results;
  for (const auto& id : cases) {
    const auto known = attempts_.find(id);
    if (known != attempts_.end()) results.push_back(verdict::settle(known->second).result);
  }
  return results;
}

std::size_t History::done(std::span<const CaseId> cases) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cases, [&](const CaseId& id) { return attempts_.contains(id); }));
}

}  // namespace refrag::run
