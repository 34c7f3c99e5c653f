#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Issuers, their tokens and the record of what was done, through the real binary.
#   access_story_test.sh PATH_OF_KEDGE
# shellcheck source=tests/integration/node.sh
source "$(dirname "$0")/node.sh"
data=$work/data
umask 077

# token NAME [WORDS...]: a new token in $work/NAME.token, its id in $id.
token() {
  local name=$1
  shift
  expect 0 "$kedge" issuer token "$@" --data "$data" --json
  field token "$said" > "$work/$name.token"
  id=$(field id "$said")
}

expect 0 "$kedge" init --data "$data" --origin log.example/test --issuer did:example:school
expect 0 "$kedge" sample --count 40 --out "$work/a"
expect 0 "$kedge" sample --count 60 --out "$work/b"
start_node "$data"
[[ $(stat -c %a "$data/access") == 700 ]] || fail "the tokens are open to others"

expect 0 "$kedge" issuer add did:example:college --data "$data"
has "$said" "did:example:college"
expect 1 "$kedge" issuer add "no uri" --data "$data"
has "$complained" "expected a DID"
expect 2 "$kedge" issuer add --data "$data"
expect 2 "$kedge" issuer give did:example:college --data "$data"
expect 1 "$kedge" issuer token did:example:nobody --data "$data"
has "$complained" "there is no such issuer"

token college did:example:college --label "registrar" --expires 90d
college=$id
[[ $(< "$work/college.token") =~ ^kedge_[0-9a-f]{72}$ ]] || fail "no token"
token reader did:example:college --scope read
token admin did:example:college --scope admin --expires never
if grep -rq "$(cut -c7-40 "$work/college.token")" "$data"; then fail "the token is stored"; fi

# It writes for its issuer, and nobody else does.
expect 0 "$kedge" submit "$work/a" --data "$data" --token-file "$work/college.token" --wait final --json
[[ $(field credentials "$said") == 40 ]] || fail "$said"
one=$(find "$work/a" -type f | grep -v token | sort | sed -n 1p)
expect 0 "$kedge" status "$one" --data "$data" --issuer did:example:college
expect 1 "$kedge" revoke "$one" --data "$data"
expect 1 "$kedge" submit "$work/b" --data "$data" --token-file "$work/reader.token"
has "$complained" "needs the scope anchor:write"
expect 1 "$kedge" submit "$work/b" --data "$data" --token-file "$work/admin.token"
expect 0 "$kedge" revoke "$one" --data "$data" --token-file "$work/college.token"
expect 1 "$kedge" issuer tokens --data "$data" --token-file "$work/college.token"
has "$complained" "needs the scope admin"
expect 0 "$kedge" issuer tokens --data "$data" --token-file "$work/admin.token"
has "$said" "registrar"
chmod 644 "$work/college.token"
expect 1 "$kedge" submit "$work/b" --data "$data" --token-file "$work/college.token"
has "$complained" "chmod 600"
chmod 600 "$work/college.token"

# Revoked, at once and over a crash.
expect 0 "$kedge" issuer revoke "$college" --data "$data"
expect 1 "$kedge" submit "$work/b" --data "$data" --token-file "$work/college.token"
has "$complained" "unauthorized"
kill_node
start_node "$data"
expect 1 "$kedge" submit "$work/b" --data "$data" --token-file "$work/college.token"
has "$complained" "unauthorized"
expect 0 "$kedge" issuer list --data "$data" --json
has "$said" '"issuer":"did:example:college"'
expect 0 "$kedge" submit "$work/b" --data "$data" --wait final

# The record, of a running node and of a stopped one.
expect 0 "$kedge" record verify --data "$data" --json
expect 0 "$kedge" record list --data "$data"
has "$said" "token:$college"
has "$said" "revoked token $college"
has "$said" "node_start"
stop_node
expect 0 "$kedge" record verify --data "$data"
has "$said" "sound"
expect 0 "$kedge" fsck --data "$data" --json
has "$said" '"clean":true'
[[ $(field record_heads "$said") -ge 2 ]] || fail "$said"

# Cut off, and changed.
record=$data/access/record.log
cp "$record" "$work/record.log"
head -n 3 "$work/record.log" > "$record"
expect 1 "$kedge" record verify --data "$data"
has "$complained" "rewritten or cut off"
expect 1 "$kedge" fsck --data "$data"
has "$said" "the record"
sed 's/did:example:college/did:example:collage/' "$work/record.log" > "$record"
expect 1 "$kedge" record verify --data "$data"
has "$complained" "line "
# No node starts on it: whoever changed it must not have the log bound to it.
expect 1 timeout 20 "$kedge" node --data "$data" --listen 127.0.0.1:0
rm "$record"
expect 1 "$kedge" record verify --data "$data"
cp "$work/record.log" "$record"
# A crash in the middle of a line is none.
printf 'abc' >> "$record"
expect 0 "$kedge" record verify --data "$data"
start_node "$data"
expect 0 "$kedge" record verify --data "$data"
stop_node
expect 0 "$kedge" record verify --data "$data" --json
[[ $(field torn_bytes "$said") == 0 ]] || fail "$said"
echo "access_story_test: passed"
