#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the commands of README.md as they are written, in order, in a fresh copy of the tree.
#   readme_test.sh ROOT
set -euo pipefail
root=$1
copy=$(mktemp -d "${TMPDIR:-/tmp}/kedge-readme.XXXXXX")
trap 'rm -rf "$copy"' EXIT

git -C "$root" ls-files -z --cached --others --exclude-standard | (cd "$root" && xargs -0 cp --parents -t "$copy")

# A compiler cache, where there is one, knows the files of the copy again.
export CCACHE_BASEDIR=$copy CCACHE_NOHASHDIR=true
# Every block of shell commands becomes part of one script; what it starts in the background ends with it.
awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$root/README.md" > "$copy/commands.sh"
[[ $(wc -l < "$copy/commands.sh") -ge 10 ]] || { echo "FAILED: no commands found in README.md"; exit 1; }
# A node that was just started takes a moment, which a person takes too.
# shellcheck disable=SC2016
sed -i '/&$/a for i in $(seq 200); do [ -s kedge-data/address ] \&\& break; sleep 0.05; done' "$copy/commands.sh"
# shellcheck disable=SC2016
sed -i '1i trap '"'"'kill $(jobs -p) 2> /dev/null || true'"'"' EXIT' "$copy/commands.sh"
cd "$copy"
bash -xmeuo pipefail commands.sh 2>&1 | tee output
! grep -n '"error":' output || { echo "FAILED: a call was answered with an error"; exit 1; }
[[ $(find proofs -name '*.proof.json' | wc -l) -eq 1000 ]] || { echo "FAILED: expected 1000 proofs"; exit 1; }
echo "readme_test: every command works as written"
