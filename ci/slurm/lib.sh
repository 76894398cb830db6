# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What became of a manifest's tasks, from the tree beside it alone; for the scripts of this folder.
set -euo pipefail
slurm=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # used by the scripts
refrag=${REFRAG:-$(cd "$slurm/../.." && pwd)/build/release/refrag}

# use MANIFEST: sets manifest, tree and tasks.
use() {
  manifest=$(realpath "$1")
  tree=$(dirname "$manifest")
  tasks=$(wc -l <"$manifest")
}

# The job arrays of this manifest that Slurm still has.
queued() {
  [ ! -e "$tree/slurm/jobs" ] || squeue --noheader --jobs="$(paste -sd, "$tree/slurm/jobs")" --format=%A 2>/dev/null | sort -un
}

# release [OPTION...]: lets go what Slurm holds of them: "launch failed requeued held", after its controller was
# killed. What waits for a host that went away may have any that these options of sbatch do not exclude.
release() {
  local held job exclude
  exclude=$(excluded "$@")
  held=$(squeue --noheader --jobs="$(paste -sd, "$tree/slurm/jobs")" --states=PENDING --array --format='%i %r' 2>/dev/null | sed -n 's/ .*[Hh]eld.*//p')
  [ -z "$held" ] || scontrol release "$(paste -sd, <<<"$held")"
  for job in $(squeue --noheader --jobs="$(paste -sd, "$tree/slurm/jobs")" --states=PENDING --array --format='%i %r' 2>/dev/null | sed -n 's/ ReqNodeNotAvail.*//p'); do
    scontrol update JobId="$job" ExcNodeList="$exclude"
  done
}

# state_of N: "passed", "finding", "skipped" or "broken" once an attempt came to its end, else "begun"
# or "missing"; of several the one that speaks, as in framework/verdict/manifest.hpp.
state_of() {
  local best=missing attempt code
  for attempt in "$tree/tasks/$1"/attempt-*; do
    [ -e "$attempt" ] || break
    if [ ! -e "$attempt/done" ]; then
      [ "$best" != missing ] || best=begun
      continue
    fi
    code=$(<"$attempt/done")
    case $code in
      *'"exit":1,'*) best=finding ;;
      *'"exit":0,'*) [ "$best" = finding ] || best=passed ;;
      *'"exit":3,'*) [[ $best = finding || $best = passed ]] || best=skipped ;;
      *) [[ $best = missing || $best = begun ]] && best=broken ;;
    esac
  done
  echo "$best"
}

# excluded [OPTION...]: the hosts that options of sbatch exclude, with commas.
excluded() { printf '%s\n' "$@" | sed -n 's/^--exclude=//p' | paste -sd, -; }

# What there is to make reports of: the attempts, and which of them came to their end.
attempts() {
  local name
  for name in "$tree"/tasks/*/attempt-*{,/done}; do [ ! -e "$name" ] || echo "${name#"$tree"}"; done | sort
}

# is_reported: the reports were made since the last attempt began or ended.
is_reported() { [ -e "$tree/slurm/reported" ] && cmp -s "$tree/slurm/reported" <(attempts); }

# The lines that say nothing about their kernel yet.
unanswered() {
  local n
  for ((n = 1; n <= tasks; n++)); do
    case $(state_of $n) in missing | begun | broken) echo $n ;; esac
  done
}
