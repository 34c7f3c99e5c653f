#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 10,000 subscribers of a node on this machine: how soon all of them have a checkpoint.
#   subscribers.sh PATH_OF_KEDGE PATH_OF_KEDGE_SUBSCRIBERS [COUNT [ROUNDS [LIMIT_MS]]]
# A node with one I/O thread seals once a second while somebody submits. Needs as many open files a process.
set -euo pipefail
kedge=$1 subscribers=$2 count=${3:-10000} rounds=${4:-10} limit=${5:-250}
work=$(mktemp -d "${TMPDIR:-/tmp}/kedge-subscribers.XXXXXX")
pids=()
clean_up() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait
  rm -rf "$work"
}
trap clean_up EXIT

ulimit -n "$(ulimit -Hn)"
data=$work/data
"$kedge" init --data "$data" --origin log.example/subscribers --issuer did:example:school > /dev/null
sed -i -e 's|^listen = .*|listen = "127.0.0.1:0"|' \
  -e "s|^max_connections = .*|max_connections = $((count + 100))|" \
  -e "s|^max_streams = .*|max_streams = $((count + 50))|" "$data/kedge.toml"
"$kedge" node --data "$data" 2> "$work/node.log" &
pids+=($!)
for ((i = 0; i < 200; ++i)); do
  [[ ! -s $data/address ]] || break
  sleep 0.05
done
url=$(< "$data/address")

submit() {
  local digest
  while sleep 0.5; do
    digest=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
    curl -s -o /dev/null -H "Authorization: Bearer $(< "$data/cookie")" "$url/rpc" -d '{"jsonrpc":"2.0","id":1,
      "method":"anchor_submit","params":{"items":[{"profile":"external","digest":"'"$digest"'"}]}}'
  done
}
submit &
pids+=($!)
"$subscribers" "${url##*:}" "$count" "$rounds" "$limit"
