// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "node/store/rows.hpp"

/// The nodes of a sealed batch's tree as stored. A subtree of 4096 leaves has one row with all its
/// complete nodes from level 4 to level 11, level by level, each from left to right; the nodes of
/// the whole batch from level 12 up have another, so that any proof needs two rows at most. A row
/// without nodes is not stored. No checksum: every node follows from the leaves, and whoever reads
/// one checks what comes of it against the root.
namespace kedge::node::rows {

/// The height of a subtree with a row of its own: the levels below it, down to kBatchNodeLevel,
/// are in that row, the others in the upper row.
inline constexpr std::uint32_t kSubtreeLevel = 12;
inline constexpr std::uint32_t kUpperNodes = ~std::uint32_t{0};

/// Where a node is: the number of its row (the subtree, or kUpperNodes) and its place in it.
struct NodePlace {
  std::uint32_t subtree = 0;
  std::size_t slot = 0;
};

/// Precondition: level >= kBatchNodeLevel, and the node is complete in a batch of `count` leaves.
NodePlace node_place(std::uint32_t count, std::uint32_t level, std::uint64_t index);

/// Whether a batch of `count` leaves stores this node.
bool has_node(std::uint32_t count, std::uint32_t level, std::uint64_t index);

/// How many nodes the row has; 0 where there is no such row.
std::size_t row_nodes(std::uint32_t count, std::uint32_t subtree);

/// Calls `put(subtree, value)` for every row of the batch, in order of keys.
void encode_nodes(const SealedBatch& batch,
                  const std::function<void(std::uint32_t, const std::string&)>& put);

}  // namespace kedge::node::rows
