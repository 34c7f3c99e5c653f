// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "crypto/result.hpp"
#include "ledger/evm/types.hpp"

/// Builds Merkle-Patricia tries of all their keys at once: the receipts of a block.
namespace kedge::ledger::evm {

struct TrieItem {
  Bytes key;
  Bytes value;
};

/// A trie, and the way to one key of it.
struct BuiltTrie {
  Hash root{};
  /// The nodes that verify_trie_proof takes for the key, also where it has no value.
  std::vector<Bytes> proof;
};

/// In any order. invalid_argument if a key comes twice, has more than kMaxTrieKey octets, or a
/// value is empty.
Result<BuiltTrie> build_trie(std::span<const TrieItem> items, ByteView key);

/// The same without a proof.
Result<Hash> trie_root(std::span<const TrieItem> items);

}  // namespace kedge::ledger::evm
