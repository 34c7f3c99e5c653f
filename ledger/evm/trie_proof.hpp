// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "crypto/result.hpp"
#include "ledger/evm/types.hpp"

/// Proofs that a key has a value in a Merkle-Patricia trie, or that it has none.
namespace kedge::ledger::evm {

/// Keys have at most 32 octets, so that a way has at most 64 branches and a leaf.
inline constexpr std::size_t kMaxTrieKey = 32;
inline constexpr std::size_t kMaxTrieProof = 2 * kMaxTrieKey + 1;

/// Follows `key` from the root down through `nodes`: the RLP of each node on the way that is named
/// by its hash, from the root on. Answers the value, or nullopt where the nodes prove that the key
/// has none. invalid_argument if a node does not hash to what its parent says, is not in canonical
/// form, is missing, or is not on the way; and beyond the bounds. The proof of a trie without keys
/// has no nodes.
Result<std::optional<Bytes>> verify_trie_proof(const Hash& root, ByteView key,
                                               std::span<const Bytes> nodes);

}  // namespace kedge::ledger::evm
