// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "crypto/result.hpp"
#include "node/log/leaf.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// A leaf and its way up to the root of its batch.
struct BatchLeaf {
  LeafEntry leaf;
  std::vector<Hash> path;
};

/// Reads leaf `index` of the batch. From kBatchNodeLevel up the nodes come from the store; below
/// they are hashed from the 2^kBatchNodeLevel leaf entries around the leaf, and from the last ones
/// of the batch if its tree is ragged. Nothing is verified. Precondition: index < batch.count.
Result<BatchLeaf> read_batch_leaf(const StoreReader& reader, const BatchRow& batch,
                                  std::uint64_t index);

}  // namespace kedge::node
