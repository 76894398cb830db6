# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For the end-to-end tests: run a command, look at its exit code and its words, and see that
# nothing is left behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck disable=SC2034 # used by the tests
refrag=${REFRAG:-build/release/refrag}
work=$(mktemp -d "${TMPDIR:-/tmp}/e2e-XXXXXX")
export TMPDIR=$work/tmp # what refrag leaves behind is then seen
mkdir "$TMPDIR"
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAIL: $*"
  failures=$((failures + 1))
}

# expect CODE PATTERN COMMAND...: exit code, and a pattern (grep -E) in one line of stderr if any.
expect() {
  local code=$1 pattern=$2 got=0
  shift 2
  "$@" >"$work/out" 2>"$work/err" || got=$?
  [ "$got" = "$code" ] || fail "$* exited with $got instead of $code: $(tail -n 3 "$work/err")"
  [ -z "$pattern" ] || grep -qE -- "$pattern" "$work/err" || fail "$*: no '$pattern' in: $(tail -n 3 "$work/err")"
  nothing_left "$*"
}

# Programs that refrag starts carry our TMPDIR in their environment.
leftovers() {
  local process
  for process in /proc/[0-9]*; do
    if [ "${process#/proc/}" != $$ ] && [ "$(cat "$process/comm" 2>/dev/null)" != bash ] &&
      tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qx "TMPDIR=$TMPDIR"; then
      case $(cat "$process/comm" 2>/dev/null) in qemu* | ssh* | refrag*) tr '\0' ' ' <"$process/cmdline" ;; esac
    fi
  done
  find "$TMPDIR" -mindepth 1
}

nothing_left() {
  local left
  left=$(leftovers)
  [ -z "$left" ] || fail "$1 left behind: $left"
}

# outcomes RUN: how many cases came to what, e.g. "crashed 52 passed 52".
outcomes() {
  python3 - "$1" <<'PYTHON'
import collections, json, sys
cases = {}
for line in open(sys.argv[1] + "/results.jsonl"):
    record = json.loads(line)
    if record["type"] == "case":
        cases[record["id"]] = record["outcome"]
print(" ".join(f"{word} {n}" for word, n in sorted(collections.Counter(cases.values()).items())))
PYTHON
}

# expect_outcomes RUN PATTERN
expect_outcomes() {
  local got
  got=$(outcomes "$work/$1")
  grep -qE -- "$2" <<<"$got" || fail "$1: '$got' instead of '$2'"
  xmllint --noout --schema reports/junit-strict.xsd "$work/$1"/junit/*.xml 2>/dev/null || fail "$1: bad JUnit"
}

# With a libvirtd of its own, in namespaces; to be called first, with the test's arguments.
in_own_namespaces() {
  [ "${REFRAG_INSIDE:-}" != yes ] || return 0
  trap - EXIT
  rm -rf "$work"
  REFRAG_INSIDE=yes TMPDIR=$(dirname "$work") exec ci/e2e/own-libvirt "$PWD/ci/e2e/$(basename "$0")" "$@"
}

finish() {
  [ "$failures" = 0 ] || exit 1
  echo "ok"
}
