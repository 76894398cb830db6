// SPDX-License-Identifier: GPL-2.0-or-later
// A run as every report sees it: the records of results.jsonl, sorted by kernel.
#pragma once

#include <string>
#include <vector>

#include "framework/base/files.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::reports {

struct KernelRun {
  verdict::KernelRecord kernel;  // of several records: the last release, all properties
  std::vector<verdict::PhaseRecord> phases;
  std::vector<verdict::SweepRecord> sweeps;
  std::vector<verdict::CaseRecord> cases;    // what each settled on, in the order of the first
  std::vector<verdict::CaseRecord> earlier;  // the other attempts
  std::vector<verdict::SplatRecord> splats;
  std::vector<verdict::NoteRecord> notes;

  // The names of the suites that have cases, in order.
  std::vector<std::string> suites() const;
};

struct Run {
  verdict::RunRecord run;
  std::vector<KernelRun> kernels;          // in the order in which they are first named
  std::vector<verdict::NoteRecord> notes;  // about no kernel
  std::vector<std::string> problems;       // what could not be read
};

// Where the run was killed before all planned cases had a result, a broken case (run/end, of the
// last kernel) says so: silence is never a pass.
Run run_of(const verdict::Records& records);

// Reads FOLDER/results.jsonl. Throws Error (usage) when there is none.
Run read_run(const base::fs::path& folder);

}  // namespace refrag::reports
