// SPDX-License-Identifier: Apache-2.0
#include "node/store/node_row.hpp"

#include <algorithm>

namespace kedge::node::rows {
namespace {

constexpr std::uint32_t kSubtreeLeaves = 1u << kSubtreeLevel;

/// Leaves of a subtree as far as the batch has them.
std::uint32_t leaves_of(std::uint32_t count, std::uint32_t subtree) {
  const std::uint64_t first = std::uint64_t{subtree} << kSubtreeLevel;
  return first >= count
             ? 0
             : static_cast<std::uint32_t>(std::min<std::uint64_t>(count - first, kSubtreeLeaves));
}

}  // namespace

NodePlace node_place(std::uint32_t count, std::uint32_t level, std::uint64_t index) {
  NodePlace place;
  if (level >= kSubtreeLevel) {
    place.subtree = kUpperNodes;
    for (std::uint32_t l = kSubtreeLevel; l < level; ++l) place.slot += count >> l;
    place.slot += index;
    return place;
  }
  place.subtree = static_cast<std::uint32_t>(index >> (kSubtreeLevel - level));
  const std::uint32_t leaves = leaves_of(count, place.subtree);
  for (std::uint32_t l = kBatchNodeLevel; l < level; ++l) place.slot += leaves >> l;
  place.slot += index & ((std::uint64_t{1} << (kSubtreeLevel - level)) - 1);
  return place;
}

bool has_node(std::uint32_t count, std::uint32_t level, std::uint64_t index) {
  return level >= kBatchNodeLevel && level < 32 && index < (count >> level);
}

std::size_t row_nodes(std::uint32_t count, std::uint32_t subtree) {
  std::size_t nodes = 0;
  if (subtree == kUpperNodes) {
    for (std::uint32_t l = kSubtreeLevel; l < 32; ++l) nodes += count >> l;
    return nodes;
  }
  const std::uint32_t leaves = leaves_of(count, subtree);
  for (std::uint32_t l = kBatchNodeLevel; l < kSubtreeLevel; ++l) nodes += leaves >> l;
  return nodes;
}

void encode_nodes(const SealedBatch& batch,
                  const std::function<void(std::uint32_t, const std::string&)>& put) {
  const std::uint32_t count = batch.row.count;
  std::string value;
  const auto add = [&](std::uint32_t level, std::size_t from, std::size_t to) {
    const std::vector<Hash>& nodes = batch.levels[level - kBatchNodeLevel];
    for (std::size_t i = from; i < to; ++i) value += as_text(nodes[i]);
  };
  for (std::uint32_t subtree = 0; row_nodes(count, subtree) > 0; ++subtree) {
    value.clear();
    const std::uint32_t leaves = leaves_of(count, subtree);
    for (std::uint32_t l = kBatchNodeLevel; l < kSubtreeLevel && leaves >> l != 0; ++l) {
      const std::size_t first = std::size_t{subtree} << (kSubtreeLevel - l);
      add(l, first, first + (leaves >> l));
    }
    put(subtree, value);
  }
  value.clear();
  for (std::uint32_t l = kSubtreeLevel; l < 32 && count >> l != 0; ++l) add(l, 0, count >> l);
  if (!value.empty()) put(kUpperNodes, value);
}

}  // namespace kedge::node::rows
