#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The whole way of a credential through the real binary, with every command and exit status.
#   story_test.sh PATH_OF_KEDGE
# shellcheck source=tests/integration/node.sh
source "$(dirname "$0")/node.sh"
data=$work/data

expect 0 "$kedge" init --data "$data" --origin log.example/test --issuer did:example:school --json
has "$said" '"origin":"log.example/test"'
[[ $(stat -c %a "$data/keys/log.key") == 600 ]] || fail "log.key is open to others"
[[ $(stat -c %a "$data") == 700 ]] || fail "the data directory is open to others"
vkey=$(< "$data/log.vkey")
has "$vkey" "log.example/test+"
expect 1 "$kedge" init --data "$data"
has "$complained" "holds a log already"
[[ $(< "$data/log.vkey") == "$vkey" ]] || fail "a refused init has changed the key"

expect 0 "$kedge" sample --count 300 --out "$work/diplomas" --json
expect 1 "$kedge" sample --count 1 --out "$work/diplomas"
has "$complained" "not empty"

expect 1 "$kedge" submit "$work/diplomas" --data "$data"
has "$complained" "no cookie of a running node"

start_node "$data"
[[ $(stat -c %a "$data/cookie") == 600 ]] || fail "the cookie is open to others"
expect 0 "$kedge" submit "$work/diplomas" --data "$data" --wait final --json
manifest=$work/diplomas.manifest.ndjson
[[ $(field credentials "$said") == 300 && $(field duplicates "$said") == 0 ]] || fail "$said"
[[ $(grep -c '"state":"final"' "$manifest") == 300 ]] || fail "not all are final"
[[ $(grep -o '"position":[0-9]*' "$manifest" | sort -u | wc -l) == 300 ]] || fail "positions"
cp "$manifest" "$work/first.ndjson"

# Again: everything is known, and everything is where it was. So with the manifest itself, on standard input.
expect 0 "$kedge" submit "$work/diplomas" --data "$data" --wait final --json
[[ $(field duplicates "$said") == 300 ]] || fail "$said"
cmp "$manifest" "$work/first.ndjson" || fail "positions have changed"
expect 0 "$kedge" submit - --data "$data" --manifest "$work/again.ndjson" --json < "$manifest"
[[ $(field duplicates "$said") == 300 ]] || fail "$said"

# A document on standard input, and one that is not what its profile says.
expect 0 "$kedge" submit - --data "$data" --wait sealed --manifest - <<< "a document"
has "$said" '"profile":"bytes"'
echo "no token" > "$work/token.jwt"
expect 1 "$kedge" submit "$work/token.jwt" --profile jws --data "$data"
has "$complained" "token.jwt: not jws: "
expect 1 "$kedge" submit "$work/missing" --data "$data"
has "$complained" "does not exist"

credential=$(find "$work/diplomas" -name '*.jwt' | sort | sed -n 1p)
expect 0 "$kedge" prove "$credential" --data "$data"
proof=$credential.proof.json
[[ -s $proof ]] || fail "no proof was written"
expect 0 "$kedge" prove "$credential" --data "$data" --cbor --out "$work/a.proof.cbor"
expect 0 "$kedge" prove "$manifest" --data "$data" --out "$work/proofs" --json
[[ $(field proofs "$said") == 300 && $(field incomplete "$said") == 0 ]] || fail "$said"
[[ $(find "$work/proofs" -name '*.proof.json' | wc -l) == 300 ]] || fail "not all proofs are there"
expect 1 "$kedge" prove "$(printf '0%.0s' {1..64})" --data "$data"
has "$complained" "no credential with this digest"

expect 1 "$kedge" fsck --data "$data"
has "$complained" "is in use by process"
expect 1 "$kedge" node --data "$data" --listen 127.0.0.1:0
has "$complained" "is in use by process"
kill -0 "$node_pid" || fail "a second process has ended the first"
cp "$data/log.vkey" "$work/log.vkey"
stop_node
[[ ! -e $data/cookie && ! -e $data/address ]] || fail "the stopped node has left its cookie or address"

# Everything from here on works without the node.
for file in "$work"/diplomas/*; do
  [[ $file != *.proof.json ]] || continue
  "$kedge" verify "$work/proofs/${file##*/}.proof.json" "$file" --log-key "$work/log.vkey" > /dev/null ||
    fail "$file is not valid"
done
expect 0 "$kedge" verify "$work/a.proof.cbor" "$credential" --log-key "$vkey" --json
has "$said" '"verdict":"valid"'
expect 3 "$kedge" verify "$proof" "$credential"
has "$said" "unknown"
expect 1 "$kedge" verify "$proof" "$work/token.jwt" --log-key "$vkey"
has "$said" "invalid"
expect 2 "$kedge" verify "$proof" "$work/missing"
sed 's/"index":\([0-9]*\)/"index":1\1/' "$proof" > "$work/bent.proof.json"
expect 1 "$kedge" verify "$work/bent.proof.json" "$credential" --log-key "$vkey"

expect 0 "$kedge" fsck --data "$data" --json
has "$said" '"clean":true'
# Of the log's credentials some are heads of the record of what was done.
[[ $(($(field credentials "$said") - $(field record_heads "$said"))) == 301 ]] || fail "$said"

# Started again, it knows all of it.
start_node "$data"
expect 0 "$kedge" submit "$work/first.ndjson" --data "$data" --manifest "$work/later.ndjson"
cmp <(cut -d, -f 2-4 "$work/later.ndjson") <(cut -d, -f 2-4 "$work/first.ndjson") ||
  fail "positions have changed over a restart"
stop_node
echo "story_test: passed"
