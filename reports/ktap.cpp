// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "framework/base/text.hpp"
#include "reports/machine.hpp"
#include "reports/text.hpp"

namespace refrag::reports {

namespace {

using verdict::CaseRecord;
using verdict::Outcome;
using verdict::Standing;

// '#' begins a directive, so no name may hold one.
std::string name_text(std::string_view name) {
  auto text = one_line(name);
  std::replace(text.begin(), text.end(), '#', '_');
  return text;
}

struct Result {
  bool ok = false;
  std::string directive = {};
};

// An expected failure is KTAP's XFAIL, which counts as ok; a broken case proves nothing: not ok.
Result result_of(const KernelRun& kernel, const CaseRecord& one) {
  const auto standing = kernel.expected.of(one);
  const auto known = one_line(kernel.expected.reason(standing));
  if (standing == Standing::expected_failure) return {true, " # XFAIL " + known};
  if (standing == Standing::unexpected_pass) return {false};
  if (one.judgement.outcome == Outcome::skipped) {
    return {true, " # SKIP " + one_line(one.judgement.reason)};
  }
  return {one.judgement.outcome == Outcome::passed};
}

std::string why(const KernelRun& kernel, const CaseRecord& one) {
  const auto known = kernel.expected.reason(kernel.expected.of(one));
  if (!known.empty()) return one_line(known);
  return fmt::format("{}: {}: {}", verdict::to_text(one.judgement.outcome), one.judgement.kind,
                     one_line(one.judgement.reason));
}

// Returns whether all of it is ok.
bool write_suite(const KernelRun& kernel, const std::string& suite, std::ostream& out) {
  std::string lines;
  int number = 0;
  bool all_ok = true;
  for (const auto& one : kernel.cases) {
    if (one.id.suite != suite) continue;
    const auto [ok, directive] = result_of(kernel, one);
    all_ok = all_ok && ok;
    if (!ok) lines += fmt::format("    # {}\n", why(kernel, one));
    lines += fmt::format("    {} {} {}{}\n", ok ? "ok" : "not ok", ++number,
                         name_text(one.id.text()), directive);
  }
  out << fmt::format("    KTAP version 1\n    # Subtest: {}\n    1..{}\n{}", name_text(suite),
                     number, lines);
  return all_ok;
}

bool write_kernel(const KernelRun& kernel, std::ostream& out) {
  const auto suites = kernel.suites();
  out << fmt::format("  KTAP version 1\n  # Subtest: {}\n  1..{}\n", name_text(kernel.name),
                     suites.size());
  bool all_ok = !suites.empty();  // silence is no pass
  for (std::size_t i = 0; i < suites.size(); ++i) {
    const bool ok = write_suite(kernel, suites[i], out);
    all_ok = all_ok && ok;
    out << fmt::format("  {} {} {}\n", ok ? "ok" : "not ok", i + 1, name_text(suites[i]));
  }
  return all_ok;
}

}  // namespace

void write_ktap(const Run& run, std::ostream& out) {
  out << fmt::format("KTAP version 1\n1..{}\n", run.kernels.size());
  for (std::size_t i = 0; i < run.kernels.size(); ++i) {
    const bool ok = write_kernel(run.kernels[i], out);
    out << fmt::format("{} {} {}\n", ok ? "ok" : "not ok", i + 1, name_text(run.kernels[i].name));
  }
}

}  // namespace refrag::reports
