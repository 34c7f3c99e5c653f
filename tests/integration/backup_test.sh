#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Backups of the real binary: made under load, damaged, interrupted, restored; a ledger that is ahead.
#   backup_test.sh PATH_OF_KEDGE
# shellcheck source=tests/integration/node.sh
source "$(dirname "$0")/node.sh"
data=$work/data
backups=$work/backups
umask 022  # what it makes is private all the same

# with_folder DATA: backups go to $backups.
with_folder() { sed -i "s|^folder = \"\"|folder = \"$backups\"|" "$1/kedge.toml"; }

# all_there DATA MANIFEST: every credential of the manifest is there, at its position.
all_there() {
  local digest position found
  while read -r digest position; do
    found=$(curl -sf "$(< "$1/address")/v1/anchors/$digest") || fail "$digest is not there"
    has "$found" "\"position\":$position,"
  done < <(sed -n 's/.*"digest":"\([0-9a-f]*\)".*"position":\([0-9]*\).*/\1 \2/p' "$2")
}

expect 0 "$kedge" init --data "$data" --origin log.example/test --issuer did:example:school
for part in a b c; do
  expect 0 "$kedge" sample --count 200 --seed "$((16#$part))" --out "$work/$part"
done

# Without a folder the method says so, and nobody names another one to a running node.
start_node "$data"
expect 1 "$kedge" backup --data "$data"
has "$complained" "backup.folder"
expect 2 "$kedge" backup --data "$data" --to "$work/elsewhere"
has "$complained" "its own folder alone"
stop_node
with_folder "$data"

# Under load. What was acknowledged before is in it, whatever comes meanwhile.
start_node "$data"
expect 0 "$kedge" submit "$work/a" --data "$data" --wait final
(while true; do
  "$kedge" submit "$work/b" --data "$data" --manifest "$work/b.manifest" || true
  rm -f "$work/b.manifest"
done) > /dev/null 2>&1 &
load=$!
expect 0 "$kedge" backup --data "$data" --to "$backups/first" --json
kill "$load"
wait "$load" 2> /dev/null || true
[[ $(field path "$said") == "$backups/first" ]] || fail "$said"
size=$(field log_size "$said")
[[ $size -gt 1 ]] || fail "$said"
[[ $(stat -c %a "$backups/first") == 700 ]] || fail "the backup is open to others"
[[ $(stat -c %a "$backups/first/data/keys/log.key") == 600 ]] || fail "the key is open to others"
expect 1 "$kedge" backup --data "$data" --to "$backups/first"
has "$complained" "already"

# More comes, and the power goes in the middle of another backup.
expect 0 "$kedge" submit "$work/c" --data "$data" --wait final
("$kedge" backup --data "$data" --to "$backups/second" || true) > /dev/null 2>&1 &
backup=$!
for _ in {1..400}; do
  if compgen -G "$backups/.second.making/*" > /dev/null; then break; fi
  sleep 0.005
done
kill_node
wait "$backup" || true
if [[ -e $backups/second ]]; then
  expect 0 "$kedge" restore "$backups/second" --to "$work/second"
else
  expect 1 "$kedge" restore "$backups/.second.making" --to "$work/second"
  has "$complained" "is no backup"
  [[ ! -e $work/second ]] || fail "something was restored"
fi

# The disk is lost but for the ledger's file, which somebody has kept.
cp "$data/ledger/embedded.log" "$work/embedded.log"
cp -r "$backups/first" "$work/copy"
rm -rf "$data"
expect 2 "$kedge" restore "$work/copy"
expect 0 "$kedge" restore "$work/copy" --to "$work/restored" --json
[[ $(field log_size "$said") == "$size" ]] || fail "$said"
has "$complained" "do not start this node"
expect 1 "$kedge" restore "$work/copy" --to "$work/restored"
has "$complained" "not empty"
expect 0 "$kedge" fsck --data "$work/restored" --json
has "$said" '"clean":true'
expect 0 "$kedge" record verify --data "$work/restored"
has "$said" "sound"

start_node "$work/restored"
all_there "$work/restored" "$work/a.manifest.ndjson"
expect 0 "$kedge" prove "$work/a.manifest.ndjson" --data "$work/restored" --out "$work/proofs"
for file in "$work/a"/*00001*; do
  expect 0 "$kedge" verify "$work/proofs/${file##*/}.proof.json" "$file" \
    --log-key "$work/restored/log.vkey"
done
expect 0 "$kedge" submit "$work/c" --data "$work/restored" --wait final
stop_node

# One bit, and the file is named; nothing is left behind.
for file in data/store/CURRENT data/keys/log.key data/access/record.log settings.toml; do
  cp -r "$work/copy" "$work/bad"
  printf '\377' | dd of="$work/bad/$file" bs=1 seek=7 conv=notrunc status=none
  expect 1 "$kedge" restore "$work/bad" --to "$work/never"
  has "$complained" "$work/bad/$file"
  [[ ! -e $work/never ]] || fail "something was restored"
  rm -rf "$work/bad"
done

# The ledger went on after the backup: nothing is signed, and the node says why.
expect 0 "$kedge" restore "$work/copy" --to "$work/older"
cp "$work/embedded.log" "$work/older/ledger/embedded.log"
start_node "$work/older"
ready=$(curl -s -w '%{http_code}' "$(< "$work/older/address")/readyz")
has "$ready" "backup"
[[ $ready == *503 ]] || fail "$ready"
all_there "$work/older" "$work/a.manifest.ndjson"
expect 0 "$kedge" submit "$work/c" --data "$work/older"
checkpoint=$(curl -s "$(< "$work/older/address")/log/checkpoint")
[[ $(sed -n 2p <<< "$checkpoint") == "$size" ]] || fail "something was signed: $checkpoint"
stop_node

# Of a stopped node, anywhere; what it lacks is named.
expect 0 "$kedge" backup --data "$work/restored" --to "$work/stopped"
has "$said" "whole, checked"
sed -i 's|^tls_key = ""|tls_key = "/etc/anchor.key"|; s|^tls_certificate = ""|tls_certificate = "/etc/anchor.pem"|' \
  "$work/restored/kedge.toml"
expect 0 "$kedge" backup --data "$work/restored" --to "$work/lacking"
has "$complained" "NOT in the backup: /etc/anchor.key (rpc.tls_key)"
expect 0 "$kedge" restore "$work/lacking" --to "$work/again"
has "$complained" "/etc/anchor.key"
expect 0 "$kedge" fsck --data "$work/again"
echo "backup_test: passed"
