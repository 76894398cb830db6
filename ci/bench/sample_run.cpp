// SPDX-License-Identifier: GPL-2.0-or-later
// Writes the results.jsonl of a made-up run to stdout, or a manifest with all its tasks, for tests
// and benchmarks of the reports:
//   refrag-sample-run founding        the founding report: a stock kernel, and one with the bug
//   refrag-sample-run each            every outcome, hostile text, known bugs, splats
//   refrag-sample-run KERNELS SIZES   so many kernels, with eight cells of so many sizes each
//   refrag-sample-run KERNELS SIZES FOLDER   the same as tasks, every hundredth tried twice
#include <cstdio>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "framework/base/files.hpp"
#include "framework/base/text.hpp"
#include "framework/verdict/manifest.hpp"
#include "reports/sample.hpp"

using namespace refrag;
using namespace refrag::verdict;

namespace {

std::FILE* out = stdout;

void put(const Record& record) { std::fputs(to_line(record).c_str(), out); }

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

std::string label_of(int number) {
  return fmt::format("6.{}.{}-amd64", number / 100, number % 100);
}

std::string spec_of(const std::string& label) {
  return fmt::format("builds/linux-image-{}.deb", label);
}

// Every tenth has the founding bug, every fiftieth crashes in its last cell.
void put_kernel(int number, int sizes) {
  const auto label = label_of(number);
  put(KernelRecord{label,
                   spec_of(label),
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
  std::fputs("usage: refrag-sample-run founding | each | KERNELS SIZES [FOLDER]\n", stderr);
  return 2;
}

void put_run(int kernels, int sizes) {
  RunRecord run;
  run.tool = "refrag 0.1.0";
  run.started = "2026-11-22T01:02:03";
  run.machine = "ci1";
  run.testbed = "xen";
  run.lab = "nested";
  run.planned = kernels * 8 * sizes;
  put(run);
}

void write_attempt(const base::fs::path& folder, int kernel, int sizes, int exit_code) {
  base::make_folder(folder);
  out = std::fopen((folder / "results.jsonl").c_str(), "w");
  if (out == nullptr) throw std::runtime_error("cannot write " + folder.string());
  put_run(1, sizes);
  put_kernel(kernel, sizes);
  std::fclose(out);
  base::write_file(folder / "done", to_text(Done{exit_code, "node1", "2026-11-22T01:03:03"}));
}

void write_tree(const base::fs::path& folder, int kernels, int sizes) {
  std::string manifest;
  for (int i = 0; i < kernels; ++i) {
    const auto label = label_of(i);
    const Task task{.label = label, .suite = "vlan_ping_sizes", .kernel = spec_of(label)};
    manifest += to_line(task);
    const auto place = task_folder(folder / "manifest.jsonl", i + 1);
    write_attempt(place / "attempt-1", i, sizes, i % 100 == 0 ? 4 : 0);
    if (i % 100 == 0) write_attempt(place / "attempt-2", i, sizes, 0);
  }
  base::write_file(folder / "manifest.jsonl", manifest);
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
    if (argc > 3) {
      write_tree(argv[3], static_cast<int>(*kernels), static_cast<int>(*sizes));
      return 0;
    }
    put_run(static_cast<int>(*kernels), static_cast<int>(*sizes));
    for (int i = 0; i < *kernels; ++i) put_kernel(i, static_cast<int>(*sizes));
  }
  return 0;
}
