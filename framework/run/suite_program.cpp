// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/suite_program.hpp"

#include <algorithm>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/error.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/installation.hpp"
#include "framework/base/text.hpp"

namespace refrag::run {

using base::Deadline;
using base::Error;
using base::Fault;

namespace {

constexpr std::string_view prefix = "refrag-suite-";
constexpr std::string_view prefix_on_demand = "refrag-demand-suite-";
constexpr std::size_t longest_line = 1u << 20;

fs::path suites_folder() {
  if (const char* given = ::getenv("REFRAG_SUITES")) return given;
  return base::program_folder();
}

// Cuts whole lines off the front and hands them over.
void take_lines(std::string& buffer, const std::function<void(std::string_view)>& on_line) {
  std::size_t start = 0;
  for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n', start)) {
    on_line(std::string_view(buffer).substr(start, end - start));
    start = end + 1;
  }
  buffer.erase(0, start);
  if (buffer.size() > longest_line) buffer.clear();
}

}  // namespace

std::vector<SuiteProgram> find_suites() {
  std::vector<SuiteProgram> suites;
  for (const auto& entry : fs::directory_iterator(suites_folder())) {
    const auto name = entry.path().filename().string();
    for (const auto start : {prefix, prefix_on_demand}) {
      if (!name.starts_with(start)) continue;
      suites.push_back({name.substr(start.size()), entry.path(), start == prefix_on_demand});
    }
  }
  std::ranges::sort(suites, {}, &SuiteProgram::name);
  return suites;
}

std::vector<SuiteProgram> find_suites(const std::vector<std::string>& names) {
  auto all = find_suites();
  if (names.empty()) {
    std::erase_if(all, [](const SuiteProgram& suite) { return suite.is_on_demand; });
    return all;
  }
  std::vector<SuiteProgram> chosen;
  for (const auto& name : names) {
    const auto found = std::ranges::find(all, name, &SuiteProgram::name);
    if (found == all.end()) {
      std::vector<std::string> known;
      for (const auto& suite : all) known.push_back(suite.name);
      throw Error(Fault::usage, fmt::format("there is no suite {}", name),
                  fmt::format("there is: {}", fmt::join(known, ", ")));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

std::vector<verdict::CaseId> cases_of(const SuiteProgram& suite, const std::string& kernel, int mtu,
                                      const std::string& axes) {
  const auto output =
      base::run_ok({.argv = {suite.path.string(), "--cases", kernel, std::to_string(mtu), axes}},
                   Deadline::in(base::seconds(60)));
  std::vector<verdict::CaseId> cases;
  for (const auto& line : base::split(base::trim(output.out), '\n')) {
    const auto id = verdict::CaseId::parse(line);
    if (!id) throw Error(Fault::internal, fmt::format("{}: not a case: {}", suite.name, line));
    cases.push_back(*id);
  }
  return cases;
}

SuiteEnd run_suite(const SuiteProgram& suite, const SuiteRun& run, int watch_fd, Deadline deadline,
                   const std::function<void(std::string_view)>& on_line) {
  auto out = base::make_pipe();
  const auto log = base::open_file(run.log.string(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  std::vector<std::string> words = {suite.path.string(), "--testbed", run.testbed.string(),
                                    "--selected", run.selected.string()};
  if (run.explain) words.emplace_back("--explain");
  if (run.keep) words.emplace_back("--keep");
  auto process = base::Process::start({.argv = std::move(words)},
                                      {.out = out.write_end.get(), .err = log.get()});
  out.write_end.reset();
  SuiteEnd end;
  std::string buffer;
  int watched = watch_fd;
  auto patience = deadline.sooner(run.quiet);
  for (;;) {
    const int fds[] = {out.read_end.get(), watched};
    const auto ready = base::wait_readable(fds, patience);
    if (!ready) {
      end.timed_out = !end.testbed_died;
      break;
    }
    if (*ready == 1) {
      end.testbed_died = true;
      watched = -1;
      patience = deadline.sooner(base::seconds(3));
      continue;
    }
    const auto part = base::read_some(out.read_end.get());
    if (part.empty()) break;
    buffer += part;
    take_lines(buffer, on_line);
    if (!end.testbed_died) patience = deadline.sooner(run.quiet);
  }
  const bool natural = !end.timed_out && !end.testbed_died;
  const auto status = natural ? process.wait(Deadline::in(base::seconds(10))) : std::nullopt;
  end.status = status ? *status : process.end(base::seconds(3));
  return end;
}

}  // namespace refrag::run
