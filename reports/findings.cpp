// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/findings.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace refrag::reports {

using verdict::CaseId;
using verdict::CaseRecord;
using verdict::SplatRecord;
using verdict::ViolationRecord;

namespace {

// ---- splats as cases, one for each fault and machine, so that every report shows and counts them

std::string splat_name(const SplatRecord& splat) {
  auto name = splat.where + ':' + splat.fingerprint;
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        return c <= ' ' || c >= 0x7f ||
               std::string_view("@/[],=").find(c) != std::string_view::npos;
      },
      '_');
  return name;
}

CaseRecord case_of(const SplatRecord& splat) {
  CaseRecord result;
  result.id = {std::string(kernel_log), splat_name(splat), splat.kernel, {}};
  const auto seen = fmt::format("{} during {}: {}", splat.where,
                                splat.during.empty() ? "the run" : splat.during, splat.title);
  result.judgement = splat.counts()
                         ? verdict::Judgement{verdict::Outcome::failed, "KernelSplat", seen}
                         : verdict::Judgement{verdict::Outcome::skipped, "Ignored",
                                              fmt::format("{}: {}", splat.ignored, seen)};
  result.attempt = splat.attempt;
  return result;
}

// Of several with one name the first that counts speaks.
void add_splats(KernelRun& kernel) {
  std::map<std::string, std::size_t> places;
  for (const auto& splat : kernel.splats) {
    const auto [place, is_new] = places.emplace(splat_name(splat), kernel.cases.size());
    if (is_new) {
      kernel.cases.push_back(case_of(splat));
    } else if (auto& known = kernel.cases[place->second];
               splat.counts() && known.judgement.outcome == verdict::Outcome::skipped) {
      known = case_of(splat);
    }
  }
}

// ---- violations as cases, one for each kind and cell

CaseId id_of(const ViolationRecord& violation) {
  return {std::string(transparency), violation.kind, violation.kernel, violation.cell};
}

// "over-mtu" as JUnit's types are written: "OverMtu".
std::string camel_case(std::string_view words) {
  std::string text;
  bool begins = true;
  for (const char c : words) {
    if (c != '-') text += begins ? static_cast<char>(c - 'a' + 'A') : c;
    begins = c == '-';
  }
  return text;
}

void add_violations(KernelRun& kernel) {
  std::set<CaseId> known;
  for (const auto& violation : kernel.violations) {
    CaseRecord result;
    result.id = id_of(violation);
    if (!known.insert(result.id).second) continue;
    result.judgement = {verdict::Outcome::failed, camel_case(violation.kind), violation.reason};
    result.attempt = violation.attempt;
    kernel.cases.push_back(std::move(result));
  }
}

}  // namespace

void add_findings(KernelRun& kernel) {
  add_splats(kernel);
  add_violations(kernel);
}

const SplatRecord* splat_of(const KernelRun& kernel, const CaseId& id) {
  const auto found =
      std::find_if(kernel.splats.begin(), kernel.splats.end(), [&](const SplatRecord& splat) {
        return id.suite == kernel_log && splat_name(splat) == id.name;
      });
  return found == kernel.splats.end() ? nullptr : &*found;
}

const ViolationRecord* violation_of(const KernelRun& kernel, const CaseId& id) {
  const auto found = std::ranges::find(kernel.violations, id, id_of);
  return found == kernel.violations.end() ? nullptr : &*found;
}

}  // namespace refrag::reports
