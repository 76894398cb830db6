// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/ask_slurm.hpp"

#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/installation.hpp"
#include "framework/base/new_folder.hpp"
#include "framework/base/process.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"
#include "framework/bisect/lines.hpp"
#include "framework/run/run_folder.hpp"

namespace refrag::cli {

using bisect::Answer;
using bisect::Kind;

namespace {

constexpr const char* answer_file = "srun.out";
constexpr const char* errors_file = "srun.err";
constexpr int hosts_asked = 3;
constexpr auto longest = std::chrono::hours(24);  // in the queue, and booted
constexpr auto putting_back = base::seconds(60);  // a host that was told to stop

base::Command command_of(const std::string& spec, const std::string& signature,
                         const run::Options& options, const base::fs::path& folder,
                         const std::set<std::string>& broken_hosts) {
  std::vector<std::string> words = {"srun",         "--quiet",   "--nodes=1",        "--exclusive",
                                    "--input=none", "--time=60", "--signal=TERM@120"};
  const auto add = [&](auto&&... more) { (words.emplace_back(more), ...); };
  if (!broken_hosts.empty()) add(fmt::format("--exclude={}", fmt::join(broken_hosts, ",")));
  add(base::own_program().string(), "probe", "--json", "--kernel", spec, "--out", folder.string());
  add("--testbed", options.testbed);
  if (!signature.empty()) add("--signature", signature);
  for (const auto& text : options.select) add("--select", text);
  if (!options.known_bugs.empty()) add("--known-bugs", options.known_bugs.string());
  return {.argv = words};
}

// By way of Slurm, since srun hands no SIGTERM on.
void stop(base::Process& srun, const std::string& name) {
  const base::StopHeld held;
  const auto tell = [&](const std::vector<std::string>& what) {
    std::vector<std::string> words = {"scancel", "--quiet", "--name=" + name};
    words.insert(words.end(), what.begin(), what.end());
    base::run({.argv = words}, base::Deadline::in(base::seconds(10)));
  };
  tell({"--state=PENDING"});
  tell({"--state=RUNNING", "--signal=TERM"});
  srun.wait(base::Deadline::in(putting_back));
}

// Its output goes into files of the folder: a stop leaves the host time to put itself in order.
base::ExitStatus run_srun(base::Command command, const base::fs::path& folder) {
  const auto name = fmt::format("refrag-probe-{}-{}", ::getpid(), folder.filename().string());
  command.argv.insert(command.argv.begin() + 1, "--job-name=" + name);
  const auto open = [&](const char* file) {
    return base::open_file((folder / file).string(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  };
  const auto out = open(answer_file);
  const auto err = open(errors_file);
  auto process = base::Process::start(command, {.out = out.get(), .err = err.get()});
  try {
    if (const auto status = process.wait(base::Deadline::in(longest))) return *status;
  } catch (const base::Stopped&) {
    stop(process, name);
    throw;
  }
  stop(process, name);
  return process.end(base::seconds(1));
}

Answer ask_once(const base::Command& command, const base::fs::path& folder) {
  const auto status = run_srun(command, folder);
  if (const auto said = base::read_file(folder / answer_file); said.ends_with('\n')) {
    auto answer = bisect::answer_from(base::trim(said));
    // It could be opened here: where it cannot, nothing was booted and the host is at fault.
    const bool booted = run::RunFolder::holds_run(folder);
    if (!booted && answer.kind == Kind::cannot_judge) answer.kind = Kind::infrastructure;
    return answer;
  }
  const auto why = base::last_lines(base::printable(base::read_file(folder / errors_file)), 2);
  return Answer::infrastructure(fmt::format("srun {} and no answer came: {}", status.text(), why));
}

}  // namespace

Answer ask_slurm(const std::string& spec, const std::string& signature, const run::Options& options,
                 const base::fs::path& folder) {
  base::require_program("srun", "slurm-client");
  std::set<std::string> broken_hosts;
  Answer answer;
  for (int i = 0; i < hosts_asked; ++i) {
    const auto place = base::fs::absolute(i == 0 ? folder : base::make_unused_folder(folder));
    const auto before = answer;
    answer = ask_once(command_of(spec, signature, options, place, broken_hosts), place);
    if (answer.kind != Kind::infrastructure) return answer;
    if (answer.host.empty() && !broken_hosts.empty()) return before;  // there is no other host
    if (!answer.host.empty()) broken_hosts.insert(answer.host);
  }
  return answer;
}

}  // namespace refrag::cli
