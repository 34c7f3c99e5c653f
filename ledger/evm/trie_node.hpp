// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>
#include <vector>

#include "ledger/evm/rlp.hpp"

/// Nodes of Merkle-Patricia tries (Yellow Paper appendix D), strict: one form a trie, no other.
namespace kedge::ledger::evm {

/// Keccak-256 of the RLP of the empty string: the root of a trie without keys.
inline constexpr Hash kEmptyTrieRoot = {
    0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
    0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21};

/// Shorter nodes stand in their parent, longer ones are named by their hash there.
inline constexpr std::size_t kMinHashedNode = 32;
/// Bounds of one node.
inline constexpr std::size_t kMaxTrieNode = 64 << 10;

/// Digits of four bits, from 0 to 15, the most significant of each octet first.
using Nibbles = std::vector<std::uint8_t>;

Nibbles nibbles_of(ByteView key);

/// The hex-prefix form of a path (Yellow Paper appendix C).
Bytes hex_prefix(std::span<const std::uint8_t> path, bool leaf);

struct TrieLeaf {
  Nibbles path;
  /// Never empty.
  ByteView value;
};

/// Shares a path of one digit or more among the keys of a branch.
struct TrieExtension {
  Nibbles path;
  /// The hash of a node, or the node itself.
  rlp::Item child;
};

struct TrieBranch {
  /// 16 children: an empty string for none, the hash of a node, or the node itself. Then the value
  /// of the key that ends here, empty for none.
  std::vector<rlp::Item> items;
};

using TrieNode = std::variant<TrieLeaf, TrieExtension, TrieBranch>;

/// Takes a decoded node apart. invalid_argument for anything that no trie has: another number of
/// elements, a wrong hex-prefix, an extension without a path or a child, a leaf without a value, a
/// branch with fewer than two uses, a child that is neither a hash nor a node of fewer than 32
/// octets. The views are those of the item.
Result<TrieNode> parse_trie_node(const rlp::Item& item);

}  // namespace kedge::ledger::evm
