// SPDX-License-Identifier: GPL-2.0-or-later
// Writes the results.jsonl of a made-up run to stdout, for tests and benchmarks of the reports:
//   refrag-sample-run founding        the founding report: a stock kernel, and one with the bug
//   refrag-sample-run each            every outcome, hostile text, known bugs, splats
//   refrag-sample-run KERNELS SIZES   so many kernels, with eight cells of so many sizes each
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "framework/base/files.hpp"
#include "framework/base/text.hpp"
#include "reports/sample.hpp"

using namespace refrag;
using namespace refrag::verdict;

namespace {

void put(const Record& record) { std::fputs(to_line(record).c_str(), stdout); }

void put_all(const Records& all) {
  for (const auto& record : all.records) put(record);
}

CaseRecord case_of(const std::string& label, const Cell& cell, int size, bool is_lost) {
  EchoEvidence echo;
  echo.size = size;
  echo.sent = 3;
  echo.good = is_lost ? 0 : 3;
  echo.seen_by_peer = echo.good;
  echo.rtt_max_us = 431;
  Judgement judgement{Outcome::passed, {}, {}};
  if (is_lost) {
    judgement = {Outcome::failed, "PacketLoss",
                 fmt::format("3 of 3 echoes lost: the request ({}) did not reach {}",
                             packet::fragments_text(size, 1500), cell.peer())};
  }
  return {{"vlan_ping_sizes", "echo", label, cell, size}, judgement, echo, 0.25};
}

// Every tenth has the founding bug, every fiftieth crashes in its last cell.
void put_kernel(int number, int sizes) {
  const auto label = fmt::format("6.{}.{}-amd64", number / 100, number % 100);
  put(KernelRecord{label,
                   fmt::format("builds/linux-image-{}.deb", label),
                   label,
                   {{property::version, fmt::format("6.{}.{}-1", number / 100, number % 100)},
                    {property::hypervisor, "Xen 4.17.5"},
                    {property::host_release, label},
                    {property::host_build_id, base::sha256(label).substr(0, 40)}}});
  for (const auto* phase : {"Xen", "dom0 init", "network", "guests", "agents", "vlan_ping_sizes"}) {
    put(PhaseRecord{label, phase, number * 20.0, 3.25});
  }
  for (const auto& cell : plan::cells_of(reports::sample::shape)) {
    auto seen = reports::sample::sweep(cell, false).cell;
    put(SweepRecord{"vlan_ping_sizes", "echo", label, cell, seen, 1.5});
    for (int i = 0; i < sizes; ++i) {
      const int size = 1477 + (i - sizes / 2) * (i > sizes / 2 + 5 ? 997 : 1);
      const bool is_lost = number % 10 == 9 && cell.is_tagged() && cell.claims_reassembly();
      auto one = case_of(label, cell, size, is_lost && size > 1476);
      if (number % 50 == 25 && !cell.claims_reassembly()) {
        one.judgement = {Outcome::crashed, "HostCrashed",
                         "Kernel panic - not syncing: Fatal exception"};
      }
      put(one);
    }
  }
}

int usage() {
  std::fputs("usage: refrag-sample-run founding | each | KERNELS SIZES\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "founding") {
    put_all(reports::sample::founding_report());
  } else if (what == "each") {
    put_all(reports::sample::one_of_each());
  } else {
    const auto kernels = base::to_number(what);
    const auto sizes = base::to_number(argc > 2 ? argv[2] : "");
    if (!kernels || !sizes || *sizes > 60) return usage();
    RunRecord run;
    run.tool = "refrag 0.1.0";
    run.started = "2026-11-22T01:02:03";
    run.machine = "ci1";
    run.testbed = "xen";
    run.lab = "nested";
    run.planned = static_cast<int>(*kernels * 8 * *sizes);
    put(run);
    for (int i = 0; i < *kernels; ++i) put_kernel(i, static_cast<int>(*sizes));
  }
  return 0;
}
