// SPDX-License-Identifier: GPL-2.0-or-later
// A suite is a program of its own: a suite that crashes or hangs costs its own cases only.
//
//   SUITE --cases KERNEL MTU AXES
//                                   (AXES: default, pairwise or full) one id a line for each case
//                                   it has on that kernel
//   SUITE --testbed ADDRESS --selected FILE [--explain] [--keep]
//                                   runs the cases in FILE (one id a line) and prints one JSON
//                                   `case` record a line as they come; looks into every failed one
//                                   or, without --explain, into the smallest of each cell
//
// stderr is for people and goes into a log.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"
#include "framework/verdict/cell.hpp"

namespace refrag::run {

namespace fs = base::fs;

struct SuiteProgram {
  std::string name;  // "vlan_ping_sizes"
  fs::path path;
  bool is_on_demand = false;  // run only when it is named
};

// Every suite program that stands beside the runner (or in $REFRAG_SUITES), by name.
std::vector<SuiteProgram> find_suites();

// Those named, or all that need not be; a name that does not exist is an Error (usage) that lists
// what does.
std::vector<SuiteProgram> find_suites(const std::vector<std::string>& names);

// Every case of a suite on a kernel. Throws Error (internal) when the program does not answer.
std::vector<verdict::CaseId> cases_of(const SuiteProgram& suite, const std::string& kernel, int mtu,
                                      const std::string& axes = "default");

// How a suite program's run ended.
struct SuiteEnd {
  base::ExitStatus status;
  bool timed_out = false;     // no line came for the quiet time, or the deadline passed
  bool testbed_died = false;  // watch() said so
};

struct SuiteRun {
  fs::path testbed;             // address file
  fs::path selected;            // ids, one a line
  fs::path log;                 // stderr
  base::Clock::duration quiet;  // longest silence between two lines
  bool explain = false;
  bool keep = false;
};

// Runs it and hands over each line as it comes. watch_fd becomes readable when the testbed has
// died: then the program gets a moment to finish its line and is ended.
SuiteEnd run_suite(const SuiteProgram& suite, const SuiteRun& run, int watch_fd,
                   base::Deadline deadline, const std::function<void(std::string_view)>& on_line);

}  // namespace refrag::run
