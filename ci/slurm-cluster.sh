# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A cluster on this machine for ci/test-slurm: munge, slurmctld and two slurmd, in the namespaces of whoever
# sources this. Everything of it is in $work.

export SLURM_CONF=${work:?}/slurm.conf

# await SECONDS COMMAND...: until it succeeds.
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.2
  done
}

pid_of() { cat "$work/$1.pid"; }
is_gone() { ! kill -0 "$1"; }
idle_nodes() { [ "$(sinfo -h -t idle -N | wc -l)" = "$1" ]; }

controller() { slurmctld -f "$SLURM_CONF" && await 60 scontrol ping; }

# node NAME [OPTIONS]: with a disk of its own for temporary files, of tmpfs with these options.
node() {
  # shellcheck disable=SC2016
  local in=(unshare --mount sh -c '[ -z "$0" ] || mount -t tmpfs -o "$0" none "$TMPDIR"; exec "$@"' "${2:-}")
  "${in[@]}" slurmd -N "$1" -f "$SLURM_CONF"
}

# stop NAME: node or slurmctld, in order.
stop() {
  local pid
  pid=$(pid_of "$1")
  kill -TERM "$pid"
  await 60 is_gone "$pid"
}

# What runs on a node: its processes have its name in their environment.
programs_of() { grep -lzsx "SLURMD_NODENAME=$1" /proc/[0-9]*/environ | cut -d/ -f3; }
is_quiet() { [ -z "$(programs_of "$1")" ]; }

# stand_still NAME: all that runs there, also what was just started.
stand_still() {
  local programs ids before=none
  until programs=$(programs_of "$1") && [ "$programs" = "$before" ]; do
    mapfile -t ids <<<"$programs"
    [ -z "$programs" ] || kill -STOP "${ids[@]}" 2>/dev/null || true
    before=$programs
  done
}

# kill_node NAME COMMAND...: as a power cut would, with all that runs there, if the command then succeeds; it is asked
# when all of it stands still.
kill_node() {
  local pid parent steps=() programs
  stand_still "$1"
  mapfile -t programs < <(programs_of "$1")
  "${@:2}" || { kill -CONT "${programs[@]}" 2>/dev/null || true; return 1; }
  for pid in "${programs[@]}"; do
    parent=$(ps -o ppid= -p "$pid" | tr -d ' ')
    [ "$(ps -o comm= -p "${parent:-0}")" != slurmstepd ] || steps+=("$parent") # it would tell the controller
  done
  kill -KILL "$(pid_of "$1")" "${steps[@]}" "${programs[@]}" 2>/dev/null || true
}

cluster() {
  ip link set lo up
  ip address add 192.0.2.1/32 dev lo # a resolver does not count loopback as an address
  hostname localhost
  mkdir -p "$work/state" "$work/spool" "$work/munge" && chmod 700 "$work/munge"
  head -c 1024 /dev/urandom >"$work/munge/key" && chmod 400 "$work/munge/key"
  munged --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" \
    --log-file="$work/munge/log" --seed-file="$work/munge/seed"
  cat >"$SLURM_CONF" <<CONF
ClusterName=refrag
SlurmctldHost=localhost
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$work/munge/socket
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool/%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/%n.log
SlurmctldPort=16817
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=10
KillWait=20
JobRequeue=1
MaxArraySize=9
NodeName=node1 NodeHostname=localhost NodeAddr=localhost Port=17001 CPUs=1
NodeName=node2 NodeHostname=localhost NodeAddr=localhost Port=17002 CPUs=1 Features=second
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  controller && node node1 && node node2
  await 60 idle_nodes 2 || { tail -n 20 "$work"/*.log && exit 4; }
}
