# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the tests of the real binary share. Sourced with the binary's path as $1; gives a temporary
# directory $work that goes at the end, together with every node that was started.
set -euo pipefail

kedge=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/kedge-test.XXXXXX")
node_pid=

clean_up() {
  local status=$?
  if [[ -n $node_pid ]]; then
    kill -KILL "$node_pid" 2> /dev/null || true
    wait "$node_pid" 2> /dev/null || true
  fi
  if [[ $status -ne 0 && -s $work/node.log ]]; then sed 's/^/node: /' "$work/node.log" >&2; fi
  rm -rf "$work"
}
trap clean_up EXIT

fail() {
  echo "FAILED (line ${BASH_LINENO[0]}): $1" >&2
  exit 1
}

# start_node DATA [WORDS...]: on a free port; returns when it serves.
start_node() {
  local data=$1 i
  shift
  rm -f "$data/address"
  "$kedge" node --data "$data" --listen 127.0.0.1:0 "$@" >> "$work/node.log" 2>&1 &
  node_pid=$!
  for ((i = 0; i < 600; ++i)); do
    [[ ! -s $data/address ]] || return 0
    kill -0 "$node_pid" 2> /dev/null || fail "the node did not start"
    sleep 0.05
  done
  fail "the node does not serve after 30 seconds"
}

stop_node() {
  kill -TERM "$node_pid"
  wait "$node_pid" || fail "the node did not stop cleanly"
  node_pid=
}

kill_node() {
  kill -KILL "$node_pid"
  wait "$node_pid" 2> /dev/null || true
  node_pid=
}

# expect STATUS COMMAND...: output in $said, errors in $complained.
expect() {
  local wanted=$1 status=0
  shift
  said=$("$@" 2> "$work/complaint") || status=$?
  complained=$(< "$work/complaint")
  [[ $status -eq $wanted ]] ||
    fail "expected exit status $wanted, found $status: $*"$'\n'"$said"$'\n'"$complained"
}

# has TEXT PART
has() { [[ $1 == *"$2"* ]] || fail "expected \"$2\" in: $1"; }

# field NAME JSON: a number or a word out of one line of JSON.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" <<< "$2"; }
