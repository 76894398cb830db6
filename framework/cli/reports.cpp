// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/reports.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "reports/junit.hpp"
#include "reports/run.hpp"
#include "reports/table.hpp"

namespace refrag::cli {

namespace {

std::size_t width_of(int fd) {
  struct winsize size = {};
  const bool known = ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::max<std::size_t>(size.ws_col, 60) : 120;
}

int exit_code(const reports::Run& run) {
  std::map<verdict::Outcome, int> counts;
  for (const auto& kernel : run.kernels) {
    for (const auto& done : kernel.cases) ++counts[done.judgement.outcome];
  }
  using enum verdict::Outcome;
  if (counts[failed] + counts[hung] + counts[crashed] > 0) return 1;
  if (counts[broken] > 0) return static_cast<int>(base::Fault::lab);
  return counts[passed] > 0 ? 0 : static_cast<int>(base::Fault::nothing);
}

}  // namespace

int make_reports(const base::fs::path& folder) {
  const auto run = reports::read_run(folder);
  reports::write_junit(run, folder / "junit");
  base::clear_status();
  const bool colour = base::colour_wanted(STDOUT_FILENO);
  fmt::print("{}", reports::table(run, {.colour = colour, .width = width_of(STDOUT_FILENO)}));
  std::fflush(stdout);
  for (const auto& problem : run.problems) base::say(problem);
  return exit_code(run);
}

}  // namespace refrag::cli
