// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/reports.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "reports/junit.hpp"
#include "reports/run.hpp"
#include "reports/table.hpp"
#include "reports/tally.hpp"

namespace refrag::cli {

namespace {

std::size_t width_of(int fd) {
  struct winsize size = {};
  const bool known = ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::max<std::size_t>(size.ws_col, 60) : 120;
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
  return reports::exit_code(reports::tally_of(run));
}

}  // namespace refrag::cli
