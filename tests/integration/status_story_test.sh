#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Revocation and suspension through the real binary: set, seal, prove, verify without the node.
#   status_story_test.sh PATH_OF_KEDGE
# shellcheck source=tests/integration/node.sh
source "$(dirname "$0")/node.sh"
data=$work/data

expect 0 "$kedge" init --data "$data" --origin log.example/test --issuer did:example:school
vkey=$(< "$data/log.vkey")
expect 0 "$kedge" sample --count 40 --out "$work/diplomas"
start_node "$data"
expect 0 "$kedge" submit "$work/diplomas" --data "$data" --wait final
manifest=$work/diplomas.manifest.ndjson
mapfile -t digests < <(grep -o '"digest":"[0-9a-f]*"' "$manifest" | cut -d'"' -f4)
mapfile -t files < <(grep -o '"file":"[^"]*"' "$manifest" | cut -d'"' -f4)
[[ ${#digests[@]} -eq 40 && ${#files[@]} -eq 40 ]] || fail "the manifest"

# status_until VALUE WORDS...: asks until the log has it.
status_until() {
  local value=$1 i
  shift
  for ((i = 0; i < 200; ++i)); do
    said=$("$kedge" status "$@" --data "$data" --json 2> /dev/null) || true
    [[ $said != *"\"value\":\"$value\",\"state\":\"final\""* || $said == *'"pending"'* ]] || return 0
    sleep 0.1
  done
  fail "not $value after 20 seconds: $said"
}

# One by its file, one by its digest, one by its proof, some from lists.
expect 0 "$kedge" status "${files[0]}" "${digests[1]}" --data "$data"
has "$said" "valid"
expect 0 "$kedge" prove "${files[0]}" --data "$data" --status --out "$work/before.proof.json"
before=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
sleep 1.1
expect 0 "$kedge" revoke "${files[0]}" --data "$data" --reason superseded
has "$said" "revoked"
expect 0 "$kedge" revoke "${digests[1]}" --data "$data" --value suspended --json
[[ $(field changed "$said") == 1 && $(field refused "$said") == 0 ]] || fail "$said"
expect 0 "$kedge" prove "${digests[2]}" --data "$data" --out "$work/two.proof.json"
expect 0 "$kedge" revoke "$work/two.proof.json" --data "$data"
printf 'digest,value,reason\n%s,revoked,keyCompromise\n%s,suspended,\n\n%s\n' "${digests[3]}" "${digests[4]}" \
  "${digests[5]}" > "$work/list.csv"
expect 0 "$kedge" revoke - --data "$data" --json < "$work/list.csv"
[[ $(field changed "$said") == 3 ]] || fail "$said"
# Again, nothing changes.
expect 0 "$kedge" revoke "$work/list.csv" --data "$data" --json
[[ $(field changed "$said") == 0 && $(field unchanged "$said") == 3 ]] || fail "$said"
status_until revoked "${digests[0]}"
status_until suspended "${digests[1]}"
expect 1 "$kedge" status "${files[0]}" --data "$data"
has "$said" "revoked"

# History: before the change it was valid.
expect 0 "$kedge" status "${digests[0]}" --data "$data" --at "$before" --json
has "$said" '"value":"valid"'
expect 1 "$kedge" status "${digests[0]}" --data "$data" --at 2000-01-01T00:00:00Z
has "$complained" "had not begun"
expect 1 "$kedge" status "${digests[0]}" --data "$data" --at yesterday
has "$complained" "the number of an epoch"

# A suspension can be lifted, a revocation cannot; a bad line does not keep the others from being set.
expect 1 "$kedge" revoke "${digests[0]}" --data "$data" --value valid
has "$complained" "revoked"
printf '{"digest":"%s","value":"valid"}\n{"digest":"%064d","value":"revoked"}\n{"digest":"%s","value":"valid"}\n' \
  "${digests[1]}" 0 "${digests[3]}" > "$work/lift.ndjson"
expect 1 "$kedge" revoke "$work/lift.ndjson" --data "$data" --json
[[ $(field changed "$said") == 1 && $(field refused "$said") == 2 ]] || fail "$said"
has "$complained" "lift.ndjson:2: "
has "$complained" "lift.ndjson:3: "
status_until valid "${digests[1]}"
expect 2 "$kedge" revoke "${digests[7]}" --data "$data" --reason because
has "$complained" "keyCompromise"

# What nobody but the issuer may do.
expect 1 "$kedge" revoke "${digests[7]}" --url "http://$(sed 's|http://||' "$data/address")" --data "$work/nothing"

for i in 0 1 4 9; do
  expect 0 "$kedge" prove "${files[i]}" --data "$data" --status --out "$work/$i.proof.json"
done
expect 0 "$kedge" prove "${files[9]}" --data "$data" --status --cbor --out "$work/9.proof.cbor"
stop_node

# Everything from here on works without the node.
expect 1 "$kedge" verify "$work/0.proof.json" "${files[0]}" --log-key "$vkey" --json
has "$said" '"code":"revoked"'
expect 0 "$kedge" verify "$work/1.proof.json" "${files[1]}" --log-key "$vkey" --json
has "$said" '"name":"status","result":"passed"'
expect 1 "$kedge" verify "$work/4.proof.json" "${files[4]}" --log-key "$vkey" --json
has "$said" '"code":"suspended"'
for proof in "$work/9.proof.json" "$work/9.proof.cbor"; do
  expect 0 "$kedge" verify "$proof" "${files[9]}" --log-key "$vkey" --max-age 24h
  has "$said" "valid as of epoch"
done
# An old proof, of what has been revoked since: too old for who asks for a recent one.
expect 0 "$kedge" verify "$work/before.proof.json" "${files[0]}" --log-key "$vkey"
sleep 1.1
expect 3 "$kedge" verify "$work/before.proof.json" "${files[0]}" --log-key "$vkey" --max-age 1s --json
has "$said" '"code":"status-stale"'
# News of a revocation is never too old.
expect 1 "$kedge" verify "$work/0.proof.json" "${files[0]}" --log-key "$vkey" --max-age 1s --json
has "$said" '"code":"revoked"'
expect 3 "$kedge" verify "$work/two.proof.json" --log-key "$vkey" --max-age 24h --json
has "$said" '"code":"status-missing"'
expect 2 "$kedge" verify "$work/9.proof.json" --log-key "$vkey" --max-age soon
# Without the log's key it says nothing of the credential.
expect 3 "$kedge" verify "$work/0.proof.json" "${files[0]}" --json
sed 's/"value":"revoked"/"value":"valid"/' "$work/0.proof.json" > "$work/bent.proof.json"
expect 1 "$kedge" verify "$work/bent.proof.json" "${files[0]}" --log-key "$vkey" --json
has "$said" '"code":"status-mismatch"'

expect 0 "$kedge" fsck --data "$data" --json
has "$said" '"clean":true'

# Started again, it knows all of it.
start_node "$data"
expect 1 "$kedge" status "${digests[0]}" "${digests[1]}" --data "$data"
has "$said" "revoked"
stop_node
echo "status_story_test: passed"
