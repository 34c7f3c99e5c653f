#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A node with a certificate, operators at an address of their own, and what may not be started.
#   tls_test.sh PATH_OF_KEDGE
# shellcheck source=tests/integration/node.sh
source "$(dirname "$0")/node.sh"
data=$work/data

# pair NAME DAYS: NAME.pem and NAME.key for a host that this machine is not.
pair() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$2" \
    -subj "/CN=$1" -addext "subjectAltName=DNS:anchor.example.edu" \
    -keyout "$work/$1.key" -out "$work/$1.pem" 2> /dev/null
  chmod 600 "$work/$1.key"
}
pair first 30
pair second 30
cp "$work/first.pem" "$work/served.pem"
cp -p "$work/first.key" "$work/served.key"

# shown PORT: the name in the certificate that is shown there.
shown() {
  openssl s_client -connect "127.0.0.1:$1" < /dev/null 2> /dev/null | openssl x509 -noout -subject
}

# waits_for WORDS: until they stand in the node's log.
waits_for() {
  local i
  for ((i = 0; i < 200; ++i)); do
    if grep -q "$1" "$work/node.log"; then return 0; fi
    sleep 0.05
  done
  fail "the node does not say: $1"
}

expect 0 "$kedge" init --data "$data" --origin log.example/tls --issuer did:example:school
sed -i -e "s|^tls_certificate = .*|tls_certificate = \"$work/served.pem\"|" \
  -e "s|^tls_key = .*|tls_key = \"$work/served.key\"|" \
  -e 's|^admin_listen = .*|admin_listen = "127.0.0.1:0"|' "$data/kedge.toml"

# What may not be started: a network without TLS, a key that others can read, no pair.
expect 1 "$kedge" node --data "$work/other" --listen 0.0.0.0:0
has "$complained" "rpc.listen can be reached from other machines without TLS"
[[ ! -e $work/other ]] || fail "a refused node has made its directory"
chmod 644 "$work/served.key"
expect 1 "$kedge" node --data "$data" --listen 127.0.0.1:0
has "$complained" "rpc.tls_key"
has "$complained" "chmod 600"
chmod 600 "$work/served.key"
cp "$work/second.key" "$work/served.key"
expect 1 "$kedge" node --data "$data" --listen 127.0.0.1:0
has "$complained" "rpc.tls_key: expected"
cp "$work/first.key" "$work/served.key"

start_node "$data"
waits_for " serving"
url=$(sed -n 's/.*url="\{0,1\}\(https:[^" ]*\).*/\1/p' "$work/node.log" | tail -n 1)
port=${url##*:}
admin=$(< "$data/address")
[[ $url == https://127.0.0.1:* && $admin == https://127.0.0.1:* && $url != "$admin" ]] ||
  fail "serves at $url and $admin"

# The node's own directory is enough to believe it, whatever host its certificate is for.
expect 0 "$kedge" sample --count 20 --out "$work/diplomas"
expect 0 "$kedge" submit "$work/diplomas" --data "$data" --wait final --json
credential=$(find "$work/diplomas" -name '*.jwt' | sort | sed -n 1p)
expect 0 "$kedge" prove "$credential" --data "$data"
# Others name the authority, and the host must be the one of the certificate.
expect 1 "$kedge" prove "$credential" --data "$data" --url "$url" --out "$work/a.proof.json"
expect 1 "$kedge" prove "$credential" --data "$data" --url "$url" --ca "$work/first.pem" \
  --out "$work/a.proof.json"
has "$complained" "certificate verify failed"
expect 0 curl -sf --cacert "$work/first.pem" --connect-to "anchor.example.edu:$port:127.0.0.1:$port" \
  "https://anchor.example.edu:$port/healthz"
has "$said" '"status":"ok"'
expect 52 curl -s "http://127.0.0.1:$port/healthz"

# Operators have their own door.
ask() {
  curl -sk -H "Authorization: Bearer $(< "$data/cookie")" "$1/rpc" \
    -d '{"jsonrpc":"2.0","id":1,"method":"node_info"}'
}
has "$(ask "$url")" '"unknown method: node_info"'
has "$(ask "$admin")" '"result":'
has "$(curl -sk "$admin/healthz")" '"status":"ok"'

# A new pair is shown after SIGHUP, and a bad one never.
has "$(shown "$port")" "CN = first"
cp "$work/second.pem" "$work/served.pem"
kill -HUP "$node_pid"
waits_for "the certificate was not read anew, the old one stays"
has "$(shown "$port")" "CN = first"
cp "$work/second.key" "$work/served.key"
kill -HUP "$node_pid"
waits_for "the certificate and its key were read anew"
has "$(shown "$port")" "CN = second"
expect 0 "$kedge" prove "$credential" --data "$data" --out "$work/b.proof.json"
stop_node

# Said twice, it starts.
expect 0 "$kedge" init --data "$work/open" --origin log.example/open --issuer did:example:school
sed -i 's|^admin_listen = .*|admin_listen = "0.0.0.0:0"|' "$work/open/kedge.toml"
expect 1 "$kedge" config --check "$work/open/kedge.toml"
has "$said" "insecure: rpc.admin_listen"
start_node "$work/open" --insecure < /dev/null
has "$(< "$work/node.log")" "insecure: rpc.admin_listen"
kill -HUP "$node_pid"
waits_for "there is no certificate"
stop_node
