// SPDX-License-Identifier: GPL-2.0-or-later
// For the tests of reports: runs like the founding report's, made by the real judge.
#pragma once

#include <string>
#include <vector>

#include "framework/packet/arithmetic.hpp"
#include "framework/plan/cases.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::reports::sample {

inline const plan::SuiteShape shape = {
    "vlan_ping_sizes",
    "echo",
    {{"tag", {"none", "vlan3"}}, {"nf", {"1", "0"}}, {"dir", {"a>b", "b>a"}}}};

inline verdict::SweepEvidence sweep(const verdict::Cell& cell, bool has_bug) {
  using namespace verdict;
  const bool on = cell.claims_reassembly();
  SweepEvidence evidence;
  evidence.cell.knobs_before = {{std::string(knob::call_iptables), on ? "1" : "0"},
                                {std::string(knob::filter_vlan_tagged), "1"},
                                {std::string(knob::conntrack_rule), "present"}};
  evidence.cell.knobs_after = evidence.cell.knobs_before;
  evidence.cell.counters_before = {{"ReasmOKs", 0}};
  evidence.cell.counters_after = {{"ReasmOKs", on ? 48 : 0}};
  for (const int size : plan::sizes_for(1500)) {
    const bool lost = has_bug && on && cell.is_tagged() && size > 1476;
    EchoEvidence echo;
    echo.size = size;
    echo.sent = 3;
    echo.good = lost ? 0 : 3;
    echo.seen_by_peer = echo.good;
    evidence.echoes.push_back(echo);
  }
  return evidence;
}

inline void add_kernel(verdict::Records& all, const std::string& label, bool has_bug,
                       const std::string& release = "6.1.0-42-amd64") {
  using namespace verdict;
  all.records.push_back(KernelRecord{label, "debian:6.1", release, {{"xen", "4.17"}}});
  all.records.push_back(PhaseRecord{label, "dom0 init", 0.5, 12.25});
  for (const auto& cell : plan::cells_of(shape)) {
    const auto evidence = sweep(cell, has_bug);
    const auto judgements = judge(cell, evidence);
    for (std::size_t i = 0; i < judgements.size(); ++i) {
      const auto& echo = evidence.echoes[i];
      all.records.push_back(
          CaseRecord{{shape.suite, shape.name, label, cell, echo.size}, judgements[i], echo, 0.1});
    }
  }
}

inline constexpr int cases_a_kernel = 104;
inline const char* const stock = "6.1.0-42-amd64";
inline const char* const replica = "6.1.0-42-amd64+replica:vlan-not-refragmented";

// A stock kernel that passes, and one with the founding bug.
inline verdict::Records founding_report() {
  verdict::Records all;
  verdict::RunRecord run;
  run.tool = "refrag 0.1.0";
  run.started = "2026-11-22T01:02:03";
  run.machine = "ci1";
  run.testbed = "xen";
  run.lab = "nested";
  run.planned = 2 * cases_a_kernel;
  all.records.push_back(run);
  add_kernel(all, stock, false);
  add_kernel(all, replica, true);
  return all;
}

// Bytes that no report may let through as they are.
inline const std::string hostile =
    "\x1b[31mred\x1b[0m <b>&amp;\"' ]]> \x01\x08\x7f \xff\xfe \xc3( \xed\xa0\x80 \xef\xbf\xbf "
    "\xc0\x80 \xf4\x90\x80\x80 \r\n\ttail \xe2\x82\xac";

// Every outcome with hostile text, known bugs that are there and that are not, splats, a flaky
// case, a kernel that never came up.
inline verdict::Records one_of_each() {
  using namespace verdict;
  auto all = founding_report();
  std::get<RunRecord>(all.records.front()).planned = 0;
  add_kernel(all, "2.6.18", true, "2.6.18");
  add_kernel(all, "2.6.20", false, "2.6.20");
  const std::string label = "hostile" + hostile;
  int size = 0;
  for (int outcome = 0; outcome < 6; ++outcome) {
    for (const auto& text : {std::string("PacketLoss"), std::string("yaml"), hostile}) {
      CaseRecord one{{shape.suite, shape.name, label, Cell{{"nf", "1"}}, size++},
                     {static_cast<Outcome>(outcome), text, text},
                     EchoEvidence{size, 3, 1, text}};
      all.records.push_back(one);
      one.attempt = 2;
      one.judgement = {Outcome::passed, {}, {}};
      if (size == 12) all.records.push_back(one);
    }
  }
  all.records.push_back(PhaseRecord{label, "guests", 1, 2, hostile});
  all.records.push_back(NoteRecord{label, "console", hostile});
  all.records.push_back(
      SplatRecord{label, "host", "oops", hostile, "oops:" + hostile, {hostile}, "boot"});
  all.records.push_back(SplatRecord{
      label, "guest a", "warning", "WARNING: x", "warning:x", {"x"}, "boot", "a known nuisance"});
  all.records.push_back(KernelRecord{"dead", "x.deb", "7.0", {}});
  all.records.push_back(PhaseRecord{"dead", "Xen", 0, 3, "Panic on CPU 0"});
  all.records.push_back(CaseRecord{{shape.suite, shape.name, "dead", Cell{{"nf", "1"}}, 56},
                                   {Outcome::crashed, "HostCrashed", "Xen: Panic on CPU 0"}});
  return all;
}

}  // namespace refrag::reports::sample
