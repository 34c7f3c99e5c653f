#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The layer check finds one breach of every kind, and none in a tidy tree.
#   check_layers_test.sh PATH_OF_CHECK_LAYERS
set -euo pipefail
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# file NAME LINE...: a well-formed file with these lines.
file() {
  mkdir -p "$tree/$(dirname "$1")"
  printf '// SPDX-License-Identifier: Apache-2.0\n' > "$tree/$1"
  [[ $1 != *.hpp ]] || echo '#pragma once' >> "$tree/$1"
  printf '%s\n' "${@:2}" >> "$tree/$1"
}

expect_clean() {
  local said
  if ! said=$("$check" "$tree"); then
    echo "FAILED: expected no breach: $said"
    failures=$((failures + 1))
  fi
}

# expect TEXT: the check fails and says it; then the file named before the first colon goes.
expect() {
  local said
  if said=$("$check" "$tree"); then
    echo "FAILED: not found: $1"
    failures=$((failures + 1))
  elif [[ $said != *"$1"* ]]; then
    echo "FAILED: expected: $1; found: $said"
    failures=$((failures + 1))
  fi
  rm "$tree/${1%%:*}"
}

file crypto/a.hpp '#include <vector>'
file rpc/a.cpp '#include "crypto/a.hpp"' '#include <boost/beast/http.hpp>' '#include <boost/asio/ip.hpp>'
file ledger/a.cpp '#include "rpc/a.hpp"'
file config/a.cpp '#include "crypto/a.hpp"' '#include <toml++/toml.h>'
file node/store/a.cpp '#include "node/log/a.hpp"' '#include <rocksdb/db.h>'
file node/api/a.cpp '#include "node/audit/a.hpp"' '#include "node/proof/a.hpp"'
file node/main.cpp '#include "node/cli/a.hpp"' '#include "node/app/app.hpp"'
file tests/node/a_test.cpp '#include "node/api/a.hpp"' '#include <gtest/gtest.h>'
file tests/crypto/a_test.cpp '#include <openssl/evp.h>'
expect_clean

file crypto/b.cpp '#include "rpc/a.hpp"'
expect 'crypto/b.cpp: includes "rpc/a.hpp": crypto may not use rpc'
file rpc/b.cpp '#include "node/log/a.hpp"'
expect 'rpc/b.cpp: includes "node/log/a.hpp": rpc may not use node/log'
file config/b.cpp '#  include "rpc/a.hpp"'
expect 'config/b.cpp: includes "rpc/a.hpp": config may not use rpc'
file node/log/b.cpp '#include "node/store/a.hpp"'
expect 'node/log/b.cpp: includes "node/store/a.hpp": node/log may not use node/store'
file node/proof/b.cpp '#include "node/status/a.hpp"'
expect 'node/proof/b.cpp: includes "node/status/a.hpp": node/proof may not use node/status'
file node/anchoring/b.cpp '#include "node/app/app.hpp"'
expect 'node/anchoring/b.cpp: includes "node/app/app.hpp": node/anchoring may not use node/app'
file rpc/b.cpp '#include "../crypto/a.hpp"'
expect 'rpc/b.cpp: includes "../crypto/a.hpp": includes are written from the root'
file node/proof/b.cpp '#include <rocksdb/db.h>'
expect 'node/proof/b.cpp: includes <rocksdb/db.h>: only node/store/ tests/node/store/ tests/bench/ may'
file tests/node/b.cpp '#include <rocksdb/db.h>'
expect 'tests/node/b.cpp: includes <rocksdb/db.h>: only node/store/ tests/node/store/ tests/bench/ may'
file node/api/b.cpp '#include <boost/beast/http.hpp>'
expect 'node/api/b.cpp: includes <boost/beast/http.hpp>: only rpc/ may'
file ledger/b.cpp '#include <openssl/evp.h>'
expect 'ledger/b.cpp: includes <openssl/evp.h>: only crypto/ may'
file node/log/b.cpp '#include <secp256k1.h>'
expect 'node/log/b.cpp: includes <secp256k1.h>: only crypto/ may'
file node/api/b.cpp '#include "node/metrics/a.hpp"'
expect 'node/api/b.cpp: includes "node/metrics/a.hpp": node/api may not use node/metrics'
file node/app/b.cpp '#include <prometheus/registry.h>'
expect 'node/app/b.cpp: includes <prometheus/registry.h>: only node/metrics/ may'
file util/b.cpp ''
expect 'util/b.cpp: is in util, which is no folder of the house'
file crypto/b.cpp "$(printf '//\n%.0s' {1..400})"
expect 'crypto/b.cpp: has 401 lines; 350 are the most'
echo > "$tree/crypto/b.cpp"
expect 'crypto/b.cpp: lacks the SPDX line'
file crypto/b.hpp ''
sed -i '/pragma/d' "$tree/crypto/b.hpp"
expect 'crypto/b.hpp: lacks #pragma once'
expect_clean

[[ $failures -eq 0 ]] && echo "check_layers_test: all breaches found"
exit "$((failures > 0))"
