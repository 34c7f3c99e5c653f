// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/batch_builder.hpp"

#include <utility>

#include "crypto/sha256_batch.hpp"
#include "crypto/tree_hash.hpp"

namespace kedge::node {

void BatchBuilder::append(std::span<const Hash> leaf_hashes) {
  if (leaf_hashes.empty()) return;
  count_ += static_cast<std::uint32_t>(leaf_hashes.size());
  std::vector<Hash> nodes;
  nodes.reserve(leaf_hashes.size() + 1);
  if (pending_[0]) nodes.push_back(*std::exchange(pending_[0], std::nullopt));
  nodes.insert(nodes.end(), leaf_hashes.begin(), leaf_hashes.end());
  for (std::uint32_t level = 0; level < kBatchNodeLevel; ++level) {
    if (level > 0 && pending_[level]) {
      nodes.insert(nodes.begin(), *std::exchange(pending_[level], std::nullopt));
    }
    if (nodes.size() % 2 == 1) {
      pending_[level] = nodes.back();
      nodes.pop_back();
    }
    const std::size_t pairs = nodes.size() / 2;
    crypto::hash_nodes(nodes.data(), pairs, nodes.data());
    nodes.resize(pairs);
  }
  if (nodes.empty()) return;
  if (levels_.empty()) levels_.emplace_back();
  levels_[0].insert(levels_[0].end(), nodes.begin(), nodes.end());
  grow_stored_levels();
}

void BatchBuilder::grow_stored_levels() {
  for (std::size_t level = 0; levels_[level].size() >= 2; ++level) {
    if (level + 1 == levels_.size()) levels_.emplace_back();
    const std::vector<Hash>& children = levels_[level];
    std::vector<Hash>& parents = levels_[level + 1];
    const std::size_t done = parents.size();
    parents.resize(children.size() / 2);
    crypto::hash_nodes(children.data() + 2 * done, parents.size() - done, parents.data() + done);
  }
}

Hash BatchBuilder::root() const {
  if (count_ == 0) return crypto::empty_root();
  // RFC 9162 section 2.1.1: the complete subtrees, from the smallest at the right end, are folded
  // to the left. There is one at each level whose bit is set in the count.
  std::optional<Hash> root;
  for (std::uint32_t level = 0; (count_ >> level) != 0; ++level) {
    if (((count_ >> level) & 1U) == 0) continue;
    const Hash& node =
        level < kBatchNodeLevel ? *pending_[level] : levels_[level - kBatchNodeLevel].back();
    root = root ? crypto::node_hash(node, *root) : node;
  }
  return *root;
}

std::vector<std::vector<Hash>> BatchBuilder::take_levels() {
  count_ = 0;
  pending_ = {};
  return std::exchange(levels_, {});
}

}  // namespace kedge::node
