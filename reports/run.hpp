// SPDX-License-Identifier: GPL-2.0-or-later
// A run as every report sees it: the records of results.jsonl, sorted by kernel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/files.hpp"
#include "framework/verdict/expectation.hpp"
#include "framework/verdict/result.hpp"
#include "framework/verdict/signature.hpp"

namespace refrag::reports {

// The suite of the cases that splats in kernel logs become.
inline constexpr std::string_view kernel_log = "kernel_log";

// Notes about no kernel: how many tasks of a manifest have a result.
inline constexpr std::string_view about_tasks = "tasks";
// The suite of the cases that a bridge's violations of transparency become.
inline constexpr std::string_view transparency = verdict::transparency_suite;

struct KernelRun {
  verdict::KernelRecord kernel;  // of several records: the last release, all properties
  std::vector<verdict::PhaseRecord> phases;
  std::vector<verdict::SweepRecord> sweeps;
  std::vector<verdict::CaseRecord> cases;    // what each settled on, in the order of the first;
                                             // after them one for each splat and violation
  std::vector<verdict::CaseRecord> earlier;  // the other attempts
  std::vector<verdict::SplatRecord> splats;
  std::vector<verdict::ViolationRecord> violations;
  std::vector<verdict::NoteRecord> notes;

  std::size_t folder = 0;         // in Run::folders
  std::string name;               // the label; with the run's start where several runs have it
  verdict::Signature signature;   // of the cases
  verdict::Expectation expected;  // what the known bugs say of this kernel

  // The names of the suites that have cases, in order.
  std::vector<std::string> suites() const;
};

struct Folder {
  base::fs::path path;  // empty when the records are from no folder
  verdict::RunRecord run;
};

struct Run {
  verdict::RunRecord run;                  // of the first folder
  std::vector<Folder> folders;             // at least one
  std::vector<KernelRun> kernels;          // in the order in which they are first named
  std::vector<verdict::NoteRecord> notes;  // about no kernel
  int missing = 0;                         // tasks of a manifest that have no result
  std::vector<std::string> problems;       // what could not be read

  const verdict::RunRecord& run_of(const KernelRun& kernel) const;
};

// Where the run was killed before all planned cases had a result, a broken case (run/end, of the
// last kernel) says so: silence is never a pass.
Run run_of(const verdict::Records& records,
           const verdict::KnownBugs& bugs = verdict::built_in_bugs());

// Reads FOLDER/results.jsonl. Throws Error (usage) when there is none.
Run read_run(const base::fs::path& folder,
             const verdict::KnownBugs& bugs = verdict::built_in_bugs());

// How stored results are taken: as they were judged, or judged again from their evidence.
enum class Judging { stored, again };

// Several folders as one run, in the order of their start; each may be a manifest's, or the
// manifest itself: then every task's newest attempt that came to its end is one of them
// (reports/tree.hpp), in the manifest's order, and what has no result is broken. Shards of a kernel
// become one; results of the same case are never mixed, the kernel is there once for each of them.
Run read_runs(const std::vector<base::fs::path>& folders,
              const verdict::KnownBugs& bugs = verdict::built_in_bugs(),
              Judging judging = Judging::stored);

}  // namespace refrag::reports
