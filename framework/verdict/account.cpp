// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/account.hpp"

#include <array>
#include <set>

#include <fmt/format.h>

namespace refrag::verdict {

namespace {

struct Row {
  End end;
  Outcome outcome;
  const char* kind;
  const char* words;
};

constexpr std::array rows = {
    Row{End::finished, Outcome::broken, "NotReported", "the suite ended without reporting it"},
    Row{End::suite_died, Outcome::broken, "SuiteDied", "the suite died first"},
    Row{End::suite_overran, Outcome::broken, "SuiteOverran", "the suite was not done in time"},
    Row{End::guest_died, Outcome::broken, "GuestDied", "a guest died"},
    Row{End::lab_failed, Outcome::broken, "LabFailed", "the lab failed"},
    Row{End::stopped, Outcome::broken, "Stopped", "the run was stopped first"},
    Row{End::host_hung, Outcome::hung, "HostHung", "the host hangs"},
    Row{End::host_crashed, Outcome::crashed, "HostCrashed", "the host crashed"},
    Row{End::kernel_unfit, Outcome::skipped, "KernelUnfit", "this kernel cannot be tested here"},
};

const Row& row_of(End end) {
  for (const auto& row : rows) {
    if (row.end == end) return row;
  }
  return rows.front();
}

}  // namespace

Judgement judge_ending(const Ending& ending) {
  const auto& row = row_of(ending.end);
  const auto reason = ending.detail.empty() ? std::string(row.words)
                                            : fmt::format("{}: {}", row.words, ending.detail);
  return {row.outcome, row.kind, reason};
}

std::vector<CaseRecord> account(std::span<const CaseId> planned,
                                std::span<const CaseRecord> reported, const Ending& ending,
                                int attempt) {
  std::set<CaseId> known;
  for (const auto& result : reported) known.insert(result.id);
  const auto judgement = judge_ending(ending);
  std::vector<CaseRecord> missing;
  const auto add = [&](const CaseId& id) { missing.push_back({id, judgement, {}, 0, attempt}); };

  for (const auto& id : planned) {
    if (known.insert(id).second) add(id);
  }
  if (missing.empty() && ending.end != End::finished && !planned.empty()) {
    add({planned.front().suite, std::string(end_case), planned.front().kernel, {}});
  }
  return missing;
}

}  // namespace refrag::verdict
