// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/trie_proof.hpp"

#include <algorithm>
#include <string>

#include "crypto/keccak.hpp"
#include "ledger/evm/trie_node.hpp"

namespace kedge::ledger::evm {
namespace {

/// A branch has 16 children of one level each, an embedded one is a list of less than 32 octets.
constexpr rlp::Limits kNodeLimits{.max_bytes = kMaxTrieNode, .max_depth = 16, .max_items = 1024};

class Walk {
 public:
  Walk(ByteView key, std::span<const Bytes> nodes) : path_(nibbles_of(key)), nodes_(nodes) {}

  Result<std::optional<Bytes>> run(const Hash& root) {
    if (const Status first = enter(root); !first) return first.error();
    while (!done_) {
      const auto node = parse_trie_node(node_);
      if (!node) return node.error();
      const Status step = std::visit([this](const auto& kind) { return follow(kind); }, *node);
      if (!step) return step.error();
    }
    if (used_ != nodes_.size()) return invalid_argument("a trie proof has nodes beyond its end");
    return value_;
  }

 private:
  /// Goes on with the next node of the proof, which must have this hash.
  Status enter(const Hash& hash) {
    if (used_ == nodes_.size()) return invalid_argument("a trie proof ends too early");
    const Bytes& octets = nodes_[used_++];
    if (crypto::keccak256(octets) != hash) {
      return invalid_argument("node " + std::to_string(used_ - 1) +
                              " of a trie proof does not have the hash that names it");
    }
    if (used_ > 1 && octets.size() < kMinHashedNode) {
      return invalid_argument("a trie node of less than 32 octets is named by its hash");
    }
    const auto item = rlp::decode(octets, kNodeLimits);
    if (!item) return item.error();
    node_ = *item;
    return {};
  }

  Status descend(const rlp::Item& child) {
    if (child.is_list()) {
      node_ = child;
      return {};
    }
    Hash hash;
    std::copy(child.payload().begin(), child.payload().end(), hash.begin());
    return enter(hash);
  }

  std::span<const std::uint8_t> rest() const { return std::span(path_).subspan(at_); }

  Status finish(std::optional<Bytes> value) {
    value_ = std::move(value);
    done_ = true;
    return {};
  }

  Status follow(const TrieLeaf& leaf) {
    if (after_extension_) return invalid_argument("a trie extension leads to a leaf");
    if (!std::ranges::equal(rest(), leaf.path)) return finish(std::nullopt);
    return finish(Bytes(leaf.value.begin(), leaf.value.end()));
  }

  Status follow(const TrieExtension& extension) {
    if (after_extension_) return invalid_argument("a trie extension leads to an extension");
    const auto way = rest();
    if (way.size() < extension.path.size() ||
        !std::ranges::equal(way.first(extension.path.size()), extension.path)) {
      return finish(std::nullopt);
    }
    at_ += extension.path.size();
    after_extension_ = true;
    return descend(extension.child);
  }

  Status follow(const TrieBranch& branch) {
    after_extension_ = false;
    const bool ends_here = at_ == path_.size();
    const rlp::Item& next = branch.items[ends_here ? branch.items.size() - 1 : path_[at_]];
    if (!next.is_list() && next.payload().empty()) return finish(std::nullopt);
    if (ends_here) return finish(Bytes(next.payload().begin(), next.payload().end()));
    ++at_;
    return descend(next);
  }

  const Nibbles path_;
  const std::span<const Bytes> nodes_;
  std::size_t used_ = 0;
  std::size_t at_ = 0;
  rlp::Item node_;
  bool after_extension_ = false;
  bool done_ = false;
  std::optional<Bytes> value_;
};

}  // namespace

Result<std::optional<Bytes>> verify_trie_proof(const Hash& root, ByteView key,
                                               std::span<const Bytes> nodes) {
  if (key.size() > kMaxTrieKey) return invalid_argument("a trie key has at most 32 octets");
  if (nodes.size() > kMaxTrieProof) return invalid_argument("a trie proof has too many nodes");
  if (root == kEmptyTrieRoot && nodes.empty()) return std::optional<Bytes>();
  return Walk(key, nodes).run(root);
}

}  // namespace kedge::ledger::evm
