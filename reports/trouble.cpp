// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/trouble.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "framework/base/version.hpp"

namespace refrag::reports {

using verdict::CaseRecord;
using verdict::Outcome;
using verdict::Standing;

namespace {

bool is_trouble(const CaseRecord& one, Standing standing) {
  return one.judgement.outcome >= Outcome::broken || standing == Standing::unexpected_pass;
}

// Failed echoes are the signature's, whatever their reasons.
std::string name_of(const KernelRun& kernel, const CaseRecord& one, Standing standing) {
  if (standing == Standing::unexpected_pass) {
    return "unexpected pass: " + kernel.expected.lacks->signature;
  }
  if (one.id.suite == kernel_log || one.id.suite == transparency)
    return one.id.suite + '/' + one.id.name;
  if (one.judgement.outcome == Outcome::failed && one.id.size) return kernel.signature.name;
  return fmt::format("{}: {}", to_text(one.judgement.outcome), one.judgement.kind);
}

std::string text_of(const KernelRun& kernel, const CaseRecord& one, const Trouble& trouble) {
  if (trouble.standing != Standing::as_judged) return kernel.expected.reason(trouble.standing);
  return trouble.name == kernel.signature.name ? kernel.signature.text : one.judgement.reason;
}

auto rank(const Trouble& trouble) {
  return std::tuple(!trouble.is_news(), -static_cast<int>(trouble.outcome));
}

}  // namespace

bool Trouble::is_news() const {
  return standing == Standing::unexpected_pass ||
         (standing == Standing::as_judged && is_finding(outcome));
}

std::vector<Trouble> troubles_of(const KernelRun& kernel) {
  std::vector<Trouble> troubles;
  std::map<std::string, std::size_t> places;
  for (const auto& one : kernel.cases) {
    const auto standing = kernel.expected.of(one);
    if (!is_trouble(one, standing)) continue;
    const auto [place, is_new] = places.emplace(name_of(kernel, one, standing), troubles.size());
    if (is_new) {
      auto& trouble = troubles.emplace_back();
      trouble.name = place->first;
      trouble.outcome = one.judgement.outcome;
      trouble.standing = standing;
      trouble.text = text_of(kernel, one, trouble);
    }
    ++troubles[place->second].cases;
  }
  std::stable_sort(troubles.begin(), troubles.end(),
                   [](const Trouble& a, const Trouble& b) { return rank(a) < rank(b); });
  return troubles;
}

std::vector<std::size_t> by_version(const Run& run) {
  std::vector<std::string> versions;
  for (const auto& kernel : run.kernels) versions.push_back(verdict::version_of(kernel.kernel));
  std::vector<std::size_t> order(run.kernels.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto versions_order = base::compare_versions(versions[a], versions[b]);
    if (versions_order != 0) return versions_order < 0;
    return run.kernels[a].folder < run.kernels[b].folder;
  });
  return order;
}

std::vector<Spread> spread_of(const Run& run, const std::vector<std::size_t>& order) {
  std::vector<Spread> spreads;
  std::map<std::string, std::size_t> known;
  for (std::size_t place = 0; place < order.size(); ++place) {
    for (auto& trouble : troubles_of(run.kernels[order[place]])) {
      const auto [found, is_new] =
          known.emplace(trouble.name + (trouble.is_news() ? "" : " (known)"), spreads.size());
      if (is_new) spreads.push_back({trouble, {}, 0});
      auto& spread = spreads[found->second];
      spread.places.push_back(place);
      spread.cases += trouble.cases;
    }
  }
  std::stable_sort(spreads.begin(), spreads.end(), [](const Spread& a, const Spread& b) {
    return rank(a.trouble) < rank(b.trouble);
  });
  return spreads;
}

}  // namespace refrag::reports
