// SPDX-License-Identifier: Apache-2.0
#include "crypto/compact_range.hpp"

#include <bit>
#include <limits>
#include <stdexcept>

#include "crypto/tree_hash.hpp"

namespace kedge::crypto {

Result<CompactRange> CompactRange::from_nodes(std::uint64_t size, std::vector<Hash> nodes) {
  const auto expected = static_cast<std::size_t>(std::popcount(size));
  if (nodes.size() != expected) {
    return invalid_argument("the frontier of " + std::to_string(size) + " leaves has " +
                            std::to_string(expected) + " nodes, not " +
                            std::to_string(nodes.size()));
  }
  CompactRange range;
  range.size_ = size;
  range.nodes_ = std::move(nodes);
  return range;
}

void CompactRange::append(const Hash& leaf_hash) {
  append(leaf_hash, nullptr);
}

void CompactRange::append(const Hash& leaf_hash, const NodeVisitor& visit) {
  if (size_ == std::numeric_limits<std::uint64_t>::max()) {
    throw std::overflow_error("a tree cannot hold 2^64 leaves");
  }
  const std::uint64_t index = size_;
  Hash node = leaf_hash;
  if (visit) visit(0, index, node);
  std::uint32_t level = 0;
  for (; ((index >> level) & 1) != 0; ++level) {
    node = node_hash(nodes_.back(), node);
    nodes_.pop_back();
    if (visit) visit(level + 1, index >> (level + 1), node);
  }
  nodes_.push_back(node);
  ++size_;
}

Hash CompactRange::root() const {
  if (nodes_.empty()) return empty_root();
  Hash root = nodes_.back();
  for (std::size_t i = nodes_.size() - 1; i-- > 0;) root = node_hash(nodes_[i], root);
  return root;
}

}  // namespace kedge::crypto
