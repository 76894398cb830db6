// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/expectation.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace refrag::verdict {

namespace {

Fate fate_with(const std::optional<KnownBug>& bug, const CaseId& id, int mtu) {
  return bug && id.size ? bug->fate(id.cell, *id.size, mtu) : Fate::passes;
}

// What the oracle sees of a bug beside what becomes of the echoes.
bool is_violation_of(const std::optional<KnownBug>& bug, const CaseId& id) {
  if (!bug || id.suite != transparency_suite) return false;
  const auto* const effect = bug->effect_in(id.cell);
  return effect != nullptr &&
         std::ranges::find(effect->violations, id.name) != effect->violations.end();
}

Fate fate_of(const Judgement& judgement) {
  if (judgement.outcome != Outcome::failed) return Fate::passes;
  return judgement.kind == kind::outgrown ? Fate::outgrows : Fate::is_lost;
}

std::string fix_text(const KnownBug& bug) {
  return bug.fixed_by.empty() ? std::string() : fmt::format(" (fixed by {})", bug.fixed_by);
}

}  // namespace

Standing Expectation::of(const CaseRecord& result) const {
  const auto outcome = result.judgement.outcome;
  if (outcome == Outcome::failed &&
      (result.id.suite == transparency_suite
           ? is_violation_of(has, result.id)
           : fate_with(has, result.id, mtu) == fate_of(result.judgement))) {
    return Standing::expected_failure;
  }
  if (outcome == Outcome::passed && fate_with(lacks, result.id, mtu) == Fate::is_lost) {
    return Standing::unexpected_pass;
  }
  return Standing::as_judged;
}

std::string Expectation::reason(Standing standing) const {
  if (standing == Standing::expected_failure) {
    return fmt::format("known bug {}: {}{}", has->signature, has->meaning, fix_text(*has));
  }
  if (standing == Standing::unexpected_pass) {
    return fmt::format(
        "this kernel is known to have {}{}, and passes: correct the table of known "
        "bugs, or see why it passes",
        lacks->signature, fix_text(*lacks));
  }
  return {};
}

std::string version_of(const KernelRecord& kernel) {
  const auto found = kernel.properties.find(property::version);
  if (found != kernel.properties.end() && !found->second.empty()) return found->second;
  return kernel.release.empty() ? kernel.label : kernel.release;
}

Expectation expectation_of(const KnownBugs& bugs, std::string_view version,
                           std::string_view signature, int mtu) {
  Expectation expectation;
  expectation.mtu = mtu;
  for (const auto& bug : bugs) {
    if (!bug.is_expected_on(version)) continue;
    if (bug.signature == signature) {
      expectation.has = bug;
    } else if (bug.always) {
      expectation.lacks = bug;
    }
  }
  return expectation;
}

bool is_news(const CaseRecord& result, const Expectation& expectation) {
  const auto standing = expectation.of(result);
  return standing == Standing::unexpected_pass ||
         (standing == Standing::as_judged && is_finding(result.judgement.outcome));
}

}  // namespace refrag::verdict
