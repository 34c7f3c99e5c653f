// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/signed_note.hpp"
#include "ledger/evm/block_trust.hpp"

namespace kedge::node {

/// How old a status may be. The verifier has no clock of its own.
struct StatusAge {
  /// Milliseconds since 1970.
  std::uint64_t now_ms = 0;
  std::uint64_t max_age_ms = 0;
};

/// What the verifier believes before it looks at a bundle.
struct Trust {
  /// The pinned keys of logs. A checkpoint is believed if a key whose name is its origin signs it.
  std::vector<crypto::NoteVerifier> log_keys;
  /// The kinds of ledgers that are accepted as anchors without more; others prove themselves.
  std::vector<std::string> ledgers = {"embedded"};
  /// The EVM ledgers whose blocks are believed, and why.
  std::vector<ledger::evm::LedgerTrust> evm;
  /// Asks the nodes that `evm` trusts; without it, what they say is unknown. Must outlive the call.
  ledger::evm::BlockHashes* block_hashes = nullptr;
  /// Without an accepted anchor the verdict is `unknown`, not `valid`. Even if none is required,
  /// anchors none of which could be checked make it `unknown`.
  bool require_anchor = false;
  /// A status is required, and one that is older makes the verdict `unknown`. Its age is that of
  /// the first block that has its checkpoint; without a believed block, and where it is not the
  /// checkpoint of its own epoch, that of the epoch.
  std::optional<StatusAge> status_age;
};

}  // namespace kedge::node
