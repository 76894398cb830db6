// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/reports.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/run/run_folder.hpp"
#include "framework/verdict/manifest.hpp"
#include "reports/bisection.hpp"
#include "reports/reproducer.hpp"
#include "reports/run.hpp"
#include "reports/stories.hpp"
#include "reports/table.hpp"
#include "reports/tally.hpp"
#include "reports/whole_file.hpp"
#include "reports/write.hpp"

namespace refrag::cli {

namespace {

const std::vector<std::string> usual = {"table", "junit", "html", "json"};

void print_table(const reports::Run& run, bool explain) {
  base::clear_status();
  const bool colour = base::colour_wanted(STDOUT_FILENO);
  fmt::print("{}", reports::table(run, {.colour = colour, .width = stdout_width()}));
  if (explain) fmt::print("{}", reports::stories(run));
  std::fflush(stdout);
}

int report_bisection(const ReportOptions& options) {
  const auto& folder = options.folders.front();
  const auto page = (options.out.empty() ? folder : options.out) / "report.html";
  base::make_folder(page.parent_path());
  reports::write_whole(page, [&](std::ostream& out) { reports::write_bisection(folder, out); });
  base::say("wrote " + page.string());
  return 0;
}

}  // namespace

std::size_t stdout_width() {
  struct winsize size = {};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::max<std::size_t>(size.ws_col, 60) : 120;
}

verdict::KnownBugs bugs_of(const std::vector<base::fs::path>& folders,
                           const base::fs::path& given) {
  if (!given.empty()) return verdict::read_known_bugs(given);
  for (const auto& folder : folders) {
    const auto manifest = verdict::manifest_at(folder);
    const auto kept = (manifest ? manifest->parent_path() : folder) / run::known_bugs_file;
    if (base::fs::exists(kept)) return verdict::read_known_bugs(kept);
  }
  return verdict::built_in_bugs();
}

int make_reports(const ReportOptions& options) {
  if (options.folders.size() == 1 && reports::holds_bisection(options.folders.front())) {
    return report_bisection(options);
  }
  const auto& formats = options.formats.empty() ? usual : options.formats;
  const bool only_table = formats == std::vector<std::string>{"table"};
  if (options.folders.size() > 1 && options.out.empty() && !only_table) {
    throw base::Error(base::Fault::usage, "reports of several runs belong in none of their folders",
                      "give --out DIR, or --format table");
  }
  const auto bugs = bugs_of(options.folders, options.known_bugs);
  const auto judging = options.rejudge ? reports::Judging::again : reports::Judging::stored;
  const auto run = reports::read_runs(options.folders, bugs, judging);
  const auto& first = options.folders.front();
  const auto of_first = base::fs::is_regular_file(first) ? first.parent_path() : first;
  const auto out = options.out.empty() ? of_first : options.out;
  for (const auto& format : formats) {
    if (format == "table") {
      print_table(run, options.explain);
    } else {
      const auto dialect = options.is_rich ? reports::Dialect::rich : reports::Dialect::strict;
      reports::write_report(run, format, out, dialect);
    }
  }
  if (options.formats.empty()) reports::write_reproducers(run, out);
  for (const auto& problem : run.problems) base::say(problem);
  for (const auto& note : run.notes) {
    if (note.about == reports::about_tasks) base::say(note.text);
  }
  return reports::exit_code(run);
}

}  // namespace refrag::cli
