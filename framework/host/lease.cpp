// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/lease.hpp"

#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"

namespace refrag::host {

using base::Deadline;
using base::Error;
using base::Fault;

namespace {

constexpr auto between_beats = base::seconds(10);

// A process is known by its number and the time it started; two minutes without a word are longer
// than ssh bears a connection that is silent.
constexpr std::string_view read_script = R"sh(
boot=$(cat /proc/sys/kernel/random/boot_id)
cd {0} 2>/dev/null || {{ echo free; echo "$boot"; exit 0; }}
[ -s alive ] || sleep 1
read -r pid began there <alive 2>/dev/null
if [ "$there" = "$boot" ] && [ "$(cut -d' ' -f22 "/proc/$pid/stat" 2>/dev/null)" = "$began" ] &&
  [ -n "$(find alive -mmin -2)" ]
then echo held; else echo abandoned; fi
echo "$boot"
cat journal 2>/dev/null || :)sh";

constexpr std::string_view take_script = R"sh(
umask 077
mkdir -m 711 {0} 2>/dev/null || {{ echo taken; exit 3; }}
boot=$(cat /proc/sys/kernel/random/boot_id)
printf '%s' {1} | sed "s/@boot@/$boot/" >{0}/journal
echo "$$ $(cut -d' ' -f22 /proc/$$/stat) $boot" >{0}/alive
sync {0}/journal {0} 2>/dev/null || sync)sh";

// The shell of somebody who is not heard of any more must not wake up later.
constexpr std::string_view silence_script = R"sh(
read -r pid began there <{0}/alive 2>/dev/null && [ "$pid" != $$ ] &&
  [ "$there" = "$(cat /proc/sys/kernel/random/boot_id)" ] &&
  [ "$(cut -d' ' -f22 "/proc/$pid/stat" 2>/dev/null)" = "$began" ] && kill -KILL "$pid"
:)sh";

// Until it is told to stop; whoever asked us to stop has still to be tidied up after.
void beat(const std::stop_token& stop, std::vector<std::string> shell_argv) {
  const base::StopHeld held;
  Shell shell(std::move(shell_argv));
  const auto script = fmt::format("touch -c {}/alive", lease_folder);
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    try {
      shell.run(script, Deadline::in(between_beats));
    } catch (const std::exception&) {  // it is heard of again, or not
    }
    stopped.wait_for(lock, stop, between_beats, [] { return false; });
  }
}

std::string append_script(const std::vector<Change>& changes) {
  std::string lines;
  for (const auto& change : changes) lines += line_of(change);
  return fmt::format(
      "printf '%s' {} >>{}/journal && {{ sync {}/journal 2>/dev/null || sync; }} || exit 9\n",
      base::shell_quote(lines), lease_folder, lease_folder);
}

Error refusal(const LeaseState& state) {
  const auto owner = base::printable(state.journal.owner.empty() ? "a run that did not say its name"
                                                                 : state.journal.owner);
  if (state.held == Held::abandoned) {
    return Error(Fault::lab, fmt::format("{} died on this host and left things behind", owner),
                 "`refrag clean` with the same URI puts them back");
  }
  return Error(Fault::lab, fmt::format("this host is being validated by {}", owner),
               "wait until it is done");
}

void give_back(Shell& shell, Deadline deadline) {
  shell.run_ok(fmt::format("rm -rf {0} && [ ! -e {0} ]", lease_folder), deadline);
}

}  // namespace

LeaseState read_lease(Shell& shell, Deadline deadline) {
  const auto said = shell.run_ok(fmt::format(fmt::runtime(read_script), lease_folder), deadline);
  const auto lines = base::split(said, '\n');
  LeaseState state;
  if (lines.size() < 2) throw Error(Fault::lab, "the host does not say whether it is taken");
  state.boot = lines[1];
  if (lines[0] == "free") return state;
  state.held = lines[0] == "held" ? Held::by_somebody : Held::abandoned;
  const auto head = lines[0].size() + lines[1].size() + 2;
  state.journal = parse_journal(said.size() > head ? said.substr(head) + "\n" : std::string());
  return state;
}

std::vector<NotUndone> undo(Shell& shell, const UndoDomain& domains, Deadline deadline) {
  const auto state = read_lease(shell, deadline);
  shell.run(fmt::format(fmt::runtime(silence_script), lease_folder), deadline);
  std::vector<NotUndone> left;
  for (const auto& change : to_undo(state.journal, state.boot)) {
    if (change.kind == ChangeKind::domain) {
      if (auto why = domains(change, deadline); !why.empty()) left.push_back({change, why});
      continue;
    }
    const auto reply = shell.run(undo_script(change), deadline);
    if (!reply.ok()) left.push_back({change, base::printable(base::last_lines(reply.out, 3))});
  }
  if (left.empty() && state.held != Held::free) give_back(shell, deadline);
  return left;
}

Lease::Lease(Shell& shell, const std::string& owner, Deadline deadline) : shell_(shell) {
  const auto first = base::shell_quote(first_line(owner, "@boot@"));
  const auto reply =
      shell.run(fmt::format(fmt::runtime(take_script), lease_folder, first), deadline);
  if (reply.ok()) {
    heart_ = std::jthread(beat, shell.argv());
    return;
  }
  if (reply.code == 3) throw refusal(read_lease(shell, deadline));
  throw Error(
      Fault::lab,
      fmt::format("cannot take the host: {}", base::last_lines(base::printable(reply.out), 2)),
      "it needs root there");
}

void Lease::tell(const std::vector<Change>& changes, Deadline deadline) {
  shell_.run_ok(append_script(changes), deadline);
}

std::string Lease::make(const std::vector<Change>& changes, std::string_view script,
                        Deadline deadline) {
  return shell_.run_ok(append_script(changes) + std::string(script), deadline);
}

}  // namespace refrag::host
