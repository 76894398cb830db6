// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/table.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"
#include "reports/grid.hpp"
#include "reports/text.hpp"

namespace refrag::reports {

namespace {

using verdict::CaseRecord;
using verdict::Outcome;
using verdict::Signature;

// ---- one kernel in one line

bool is_violation(const CaseRecord& one) { return one.id.suite == transparency; }

std::map<Outcome, int> counts_of(const KernelRun& kernel) {
  std::map<Outcome, int> counts;
  for (const auto& one : kernel.cases) {
    if (!is_violation(one)) ++counts[one.judgement.outcome];
  }
  return counts;
}

// "; 2 violations", which are no cases that anybody planned.
std::string violations_text(const KernelRun& kernel, TableStyle style) {
  const auto count = std::ranges::count_if(kernel.cases, [](const CaseRecord& one) {
    return is_violation(one) && one.judgement.outcome == Outcome::failed;
  });
  if (count == 0) return {};
  const auto text = fmt::format("{} violation{}", count, count == 1 ? "" : "s");
  return "; " + coloured(text, Outcome::failed, style);
}

// "all 104 cases passed", "12 of 104 cases failed, 92 passed"; no case at all is no pass.
std::string cases_text(const KernelRun& kernel, TableStyle style) {
  const auto counts = counts_of(kernel);
  if (counts.empty()) return coloured("broken: no case has a result", Outcome::broken, style);
  const auto [worst, count] = *counts.rbegin();
  const auto word = verdict::to_text(worst);
  if (counts.size() == 1) {
    return coloured(fmt::format("all {} cases {}", count, word), worst, style);
  }
  int all = 0;
  for (const auto& [outcome, of_it] : counts) all += of_it;
  auto text = coloured(fmt::format("{} of {} cases {}", count, all, word), worst, style);
  for (auto other = std::next(counts.rbegin()); other != counts.rend(); ++other) {
    text += fmt::format(", {} {}", other->second, verdict::to_text(other->first));
  }
  return text;
}

std::string verdict_text(const KernelRun& kernel, TableStyle style) {
  return cases_text(kernel, style) + violations_text(kernel, style);
}

// ---- what is under a grid

std::string place_of(const verdict::CaseId& id) {
  auto text = id.cell.text();
  if (id.size) text += fmt::format("{}size={}", text.empty() ? "" : ",", *id.size);
  return text.empty() ? id.suite + '/' + id.name : text;
}

std::string reason_of(const CaseRecord& one) {
  auto reason = one_line(one.judgement.reason);
  if (one.explanation) reason += fmt::format(": {}", one_line(*one.explanation));
  return reason;
}

// The first case of each kind of trouble, and how many there are of it.
std::string reasons_text(const KernelRun& kernel, TableStyle style) {
  std::map<std::pair<Outcome, std::string>, std::vector<const CaseRecord*>> kinds;
  for (const auto& one : kernel.cases) {
    const auto& judgement = one.judgement;
    if (judgement.outcome != Outcome::passed) {
      kinds[{judgement.outcome, judgement.kind}].push_back(&one);
    }
  }
  std::string text;
  for (auto kind = kinds.rbegin(); kind != kinds.rend(); ++kind) {
    const auto& [outcome, name] = kind->first;
    const auto& first = *kind->second.front();
    const auto head = fmt::format("{}: {}", verdict::to_text(outcome), name);
    const auto many = kind->second.size();
    const auto line =
        fmt::format("  {}{}; {}: {}", head, many > 1 ? fmt::format(" in {} cases", many) : "",
                    place_of(first.id), reason_of(first));
    auto wrapped = wrap(line, style.width, 4);
    wrapped.replace(2, head.size(), coloured(head, outcome, style));
    text += wrapped + '\n';
  }
  return text;
}

std::string signature_text(const Signature& signature, TableStyle style) {
  if (signature.name.empty()) return {};
  auto text = wrap(fmt::format("  {}: {}", signature.name, signature.text), style.width, 4);
  text.replace(2, signature.name.size(), bold(signature.name, style));
  return text + '\n';
}

// ---- grids

// All for the same reason, and none passed: a grid would say nothing more.
bool is_uniform(const KernelRun& kernel) {
  return !kernel.cases.empty() && kernel.cases.front().judgement.outcome != Outcome::passed &&
         std::all_of(kernel.cases.begin(), kernel.cases.end(), [&](const CaseRecord& one) {
           return one.judgement == kernel.cases.front().judgement;
         });
}

std::string grids_text(const KernelRun& kernel, int mtu, TableStyle style) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<const CaseRecord*>> cases;
  for (const auto& one : kernel.cases) {
    if (!one.id.size) continue;
    const auto name = one.id.suite + '/' + one.id.name;
    auto& same = cases[name];
    if (same.empty()) names.push_back(name);
    same.push_back(&one);
  }
  std::string text;
  for (const auto& name : names) {
    const auto grid = grid_of(cases[name]);
    const bool has_bar = packet::is_fragmented(*grid.sizes.rbegin(), mtu);
    text += fmt::format("\n  {}: bytes of payload at MTU {}{}\n", one_line(name), mtu,
                        has_bar ? ", in fragments from the bar on" : "");
    text += draw(grid, mtu, style);
  }
  return text;
}

std::string kernel_text(const KernelRun& kernel, int mtu, TableStyle style) {
  const auto label = one_line(kernel.name);
  auto text = fmt::format("{}: {}\n", bold(label, style), verdict_text(kernel, style));
  if (!is_uniform(kernel)) text += grids_text(kernel, mtu, style);
  const auto under = signature_text(kernel.signature, style) + reasons_text(kernel, style);
  return text + (under.empty() ? "" : "\n") + under;
}

std::string summary(const Run& run, TableStyle style) {
  std::size_t width = 0;
  for (const auto& kernel : run.kernels) width = std::max(width, kernel.name.size());
  std::string text;
  for (const auto& kernel : run.kernels) {
    const auto& signature = kernel.signature;
    text += fmt::format("{:<{}}  {}", one_line(kernel.name), width, verdict_text(kernel, style));
    text += signature.name.empty() ? "\n" : fmt::format(": {}\n", bold(signature.name, style));
  }
  return text;
}

}  // namespace

std::string table(const Run& run, TableStyle style) {
  std::string text;
  for (const auto& kernel : run.kernels) {
    if (!text.empty()) text += '\n';
    text += kernel_text(kernel, run.run_of(kernel).mtu, style);
  }
  if (run.kernels.size() > 1) text += '\n' + summary(run, style);
  return text;
}

}  // namespace refrag::reports
