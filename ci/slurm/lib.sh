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

# Lets go what Slurm holds of them: "launch failed requeued held", after its controller was killed. What waits
# for a host that went away may have any.
release() {
  local held job
  held=$(squeue --noheader --jobs="$(paste -sd, "$tree/slurm/jobs")" --states=PENDING --array --format='%i %r' 2>/dev/null | sed -n 's/ .*[Hh]eld.*//p')
  [ -z "$held" ] || scontrol release "$(paste -sd, <<<"$held")"
  for job in $(squeue --noheader --jobs="$(paste -sd, "$tree/slurm/jobs")" --states=PENDING --array --format='%i %r' 2>/dev/null | sed -n 's/ ReqNodeNotAvail.*//p'); do
    scontrol update JobId="$job" ExcNodeList=
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

# The lines that say nothing about their kernel yet.
unanswered() {
  local n
  for ((n = 1; n <= tasks; n++)); do
    case $(state_of $n) in missing | begun | broken) echo $n ;; esac
  done
}
