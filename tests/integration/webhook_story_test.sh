#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Webhooks of the real binary, checked by a receiver that has nothing of Kedge's: signed, told again after
# a crash as the same message, disabled, never sent where the configuration does not allow it.
#   webhook_story_test.sh PATH_OF_KEDGE
# shellcheck source=tests/integration/node.sh
source "$(dirname "$0")/node.sh"
data=$work/data
messages=$work/messages
umask 077
receiver_pid=
stop_receiver() {
  [[ -n $receiver_pid ]] || return 0
  kill -KILL "$receiver_pid" 2> /dev/null || true
  wait "$receiver_pid" 2> /dev/null || true
}
trap 'clean_up; stop_receiver' EXIT

# messages COUNT: waits until so many have come.
messages() {
  local i
  for ((i = 0; i < 600; ++i)); do
    [[ $(wc -l < "$messages") -lt $1 ]] || return 0
    sleep 0.05
  done
  fail "$1 messages have not come after 30 seconds: $(< "$messages")"
}

# message NUMBER FIELD
message() { sed -n "$1p" "$messages" | python3 -c "import json,sys; print(json.load(sys.stdin)$2)"; }

# condition WORD: waits until the webhook is in it.
condition() {
  local i
  for ((i = 0; i < 600; ++i)); do
    expect 0 "$kedge" issuer webhooks --data "$data" --json
    [[ $(field condition "$said") != "$1" ]] || return 0
    sleep 0.05
  done
  fail "expected the webhook to be $1: $said"
}

echo "whsec_$(head -c 32 /dev/urandom | base64)" > "$work/secret"
echo 200 > "$work/answer"
: > "$messages"
python3 "$(dirname "$0")/webhook_receiver.py" "$work/port" "$work/secret" "$messages" "$work/answer" &
receiver_pid=$!
for ((i = 0; i < 200; ++i)); do
  [[ ! -s $work/port ]] || break
  sleep 0.05
done
port=$(< "$work/port")

expect 0 "$kedge" init --data "$data" --origin log.example/test --issuer did:example:school
# configure LINE...: the node's configuration, with these lines about webhooks.
configure() {
  {
    printf 'issuer = "did:example:school"\n[log]\norigin = "log.example/test"\n[webhooks]\n'
    printf '%s\n' "$@"
    printf '[[webhook]]\nname = "registrar"\nissuer = "did:example:school"\n'
    printf 'url = "http://127.0.0.1:%s/hook?key=word"\nsecret_file = "%s"\n' "$port" "$work/secret"
  } > "$work/node.toml"
}
for name in a b c d; do expect 0 "$kedge" sample --count 5 --out "$work/$name"; done

# http, and this machine, only where somebody says so.
configure
expect 1 "$kedge" node --config "$work/node.toml" --data "$data" --listen 127.0.0.1:0
has "$complained" "webhook[0].url: expected https"
configure 'allow_http = true'
start_node "$data" --config "$work/node.toml"
expect 0 "$kedge" submit "$work/a" --data "$data" --wait final
condition failing
has "$said" "which is not among the addresses that are allowed"
if [[ $said == *key=* ]]; then fail "a key of the receiver is shown: $said"; fi
[[ ! -s $messages ]] || fail "told where that is not allowed"
stop_node
configure 'allow_http = true' 'allowed_networks = ["127.0.0.1/32"]'

# What became final meanwhile is told now.
start_node "$data" --config "$work/node.toml"
messages 1
[[ $(message 1 "['fault']") == "" ]] || fail "$(< "$messages")"
[[ $(message 1 "['type']") == batch.final ]] || fail "$(< "$messages")"
[[ $(message 1 "['data']['issuer']") == did:example:school ]] || fail "$(< "$messages")"
[[ $(message 1 "['data']['batches'][0]['count']") == 5 ]] || fail "$(< "$messages")"
condition working
expect 0 "$kedge" issuer webhooks --data "$data"
has "$said" "registrar"
has "$said" "working"
has "$said" "http://127.0.0.1:$port"

# The node dies after the receiver has the message and before it knows that.
echo hang > "$work/answer"
expect 0 "$kedge" submit "$work/b" --data "$data" --wait final
messages 2
kill_node
echo 200 > "$work/answer"
start_node "$data" --config "$work/node.toml"
messages 3
[[ $(message 2 "['id']") == "$(message 3 "['id']")" ]] || fail "another message: $(< "$messages")"
[[ $(message 2 "['data']") == "$(message 3 "['data']")" ]] || fail "another text: $(< "$messages")"
[[ $(message 2 "['id']") != "$(message 1 "['id']")" ]] || fail "the same message: $(< "$messages")"

# Gone: nothing more is sent, until the node starts again.
condition working
echo 410 > "$work/answer"
expect 0 "$kedge" submit "$work/c" --data "$data" --wait final
condition disabled
expect 0 "$kedge" submit "$work/d" --data "$data" --wait final
stop_node
has "$(< "$work/node.log")" "a webhook is disabled"
[[ $(wc -l < "$messages") == 4 ]] || fail "told although it is disabled: $(< "$messages")"
echo 204 > "$work/answer"
start_node "$data" --config "$work/node.toml"
messages 6
[[ $(message 4 "['id']") == "$(message 5 "['id']")" ]] || fail "$(< "$messages")"
[[ $(message 6 "['data']['batches'][0]['first_position']") == 15 ]] || fail "$(< "$messages")"
if grep -q '"fault": "[^"]' "$messages"; then fail "$(< "$messages")"; fi
condition working
stop_node
if grep -q 'key=word\|whsec_' "$work/node.log"; then fail "a secret is in the log"; fi
if grep -rq 'whsec_\|key=word' "$data/webhooks"; then fail "a secret is in the state"; fi
[[ $(stat -c %a "$data/webhooks") == 700 ]] || fail "what was told is open to others"
