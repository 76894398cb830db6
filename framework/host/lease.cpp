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
// than ssh bears a connection that is silent. The dot shows whether the journal's last line has its
// end.
constexpr std::string_view read_script = R"sh(
boot=$(cat /proc/sys/kernel/random/boot_id)
cd {0} 2>/dev/null || {{ echo free; echo "$boot"; exit 0; }}
[ -s alive ] || sleep 1
read -r pid began there 2>/dev/null <alive
if [ "$there" = "$boot" ] && [ "$(cut -d' ' -f22 "/proc/$pid/stat" 2>/dev/null)" = "$began" ] &&
  [ -n "$(find alive -mmin -2)" ]
then echo held; else echo abandoned; fi
echo "$boot"
cat journal 2>/dev/null
printf .)sh";

constexpr std::string_view take_script = R"sh(
umask 077
mkdir -m 711 {0} 2>/dev/null || {{ echo taken; exit 3; }}
boot=$(cat /proc/sys/kernel/random/boot_id)
printf '%s' {1} | sed "s/@boot@/$boot/" >{0}/journal
echo "$$ $(cut -d' ' -f22 /proc/$$/stat) $boot" >{0}/alive
sync {0}/journal {0} 2>/dev/null || sync)sh";

// A shell whose connection has ended finishes what it is at, and ends: nothing is undone under it.
// One that has not heard of the end must not wake up later, nor what it runs.
constexpr std::string_view silence_script = R"sh(
read -r pid began there 2>/dev/null <{0}/alive || exit 0
[ "$pid" != $$ ] && [ "$there" = "$(cat /proc/sys/kernel/random/boot_id)" ] || exit 0
is_there() {{ [ "$(cut -d' ' -f22 "/proc/$pid/stat" 2>/dev/null)" = "$began" ]; }}
for turn in 1 2 3 4 5; do
  is_there || exit 0
  sleep 1
done
is_there || exit 0
its=$(grep -l "^PPid:[[:space:]]*$pid\$" /proc/[0-9]*/status 2>/dev/null | cut -d/ -f3)
kill -KILL "$pid" $its
:)sh";

// Only what a run puts there; whatever else is in the folder is somebody's.
constexpr std::string_view give_back_script = R"sh(
[ -e {0} ] || exit 0
rm -f {0}/kernel {0}/initramfs {0}/alive {0}/journal
rmdir {0} 2>/dev/null || {{ echo "in {0} is what is not ours: $(ls -A {0} | head -n 3)"; exit 1; }})sh";

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

// Why it failed; empty when it did not.
std::string try_to(Shell& shell, const std::string& script, Deadline deadline) {
  const auto reply = shell.run(script, deadline);
  if (reply.ok()) return {};
  const auto said = base::printable(base::last_lines(reply.out, 3));
  return said.empty() ? "it is not as it was" : said;
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
  if (said.size() > head) state.journal = parse_journal(said.substr(head, said.size() - head - 1));
  return state;
}

Undone undo(Shell& shell, const UndoDomain& domains, Deadline deadline) {
  shell.run(fmt::format(fmt::runtime(silence_script), lease_folder), deadline);
  const auto state = read_lease(shell, deadline);
  Undone undone;
  const auto note = [&](const Change& change, const std::string& why) {
    if (!why.empty()) undone.left.push_back({change, why});
    return why.empty();
  };
  for (const auto& change : to_undo(state.journal, state.boot)) {
    const bool is_domain = change.kind == ChangeKind::domain;
    undone.count += note(change, is_domain ? domains(change, deadline)
                                           : try_to(shell, undo_script(change), deadline));
  }
  if (state.journal.unreadable > 0) {
    note({ChangeKind::file, fmt::format("{}/journal", lease_folder)},
         fmt::format("{} of its lines make no sense; what they tell of may still be there",
                     state.journal.unreadable));
  }
  if (undone.left.empty()) {
    const auto script = fmt::format(fmt::runtime(give_back_script), lease_folder);
    note({ChangeKind::file, lease_folder}, try_to(shell, script, deadline));
  }
  return undone;
}

// To stop in the middle of taking it would leave it taken.
Lease::Lease(Shell& shell, const std::string& owner, Deadline deadline) : shell_(shell) {
  const base::StopHeld held;
  const auto first = base::shell_quote(first_line(owner, "@boot@"));
  const auto reply = base::doing("taking the host (what it began of it, `refrag clean` ends)", [&] {
    return shell.run(fmt::format(fmt::runtime(take_script), lease_folder, first), deadline);
  });
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
  auto reply = shell_.run(append_script(changes) + std::string(script), deadline);
  if (reply.ok()) return std::move(reply.out);
  throw Error(Fault::lab, "the host said: " + base::printable(base::last_lines(reply.out, 3)));
}

}  // namespace refrag::host
