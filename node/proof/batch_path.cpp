// SPDX-License-Identifier: Apache-2.0
#include "node/proof/batch_path.hpp"

#include <algorithm>
#include <array>
#include <list>

#include "crypto/sha256_batch.hpp"
#include "crypto/tree_proof.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t kBlockLeaves = std::uint64_t{1} << kBatchNodeLevel;

/// Up to 16 neighbouring leaves and the nodes over them, level by level.
class LeafBlock {
 public:
  LeafBlock(std::uint64_t number, Bytes entries) : number_(number), entries_(std::move(entries)) {
    std::size_t count = entries_.size() / LeafEntry::kSize;
    crypto::hash_leaves(entries_.data(), LeafEntry::kSize, count, levels_[0].data());
    for (std::uint32_t level = 1; level < kBatchNodeLevel; ++level) {
      count /= 2;
      crypto::hash_nodes(levels_[level - 1].data(), count, levels_[level].data());
    }
  }

  [[nodiscard]] std::uint64_t number() const { return number_; }

  /// Precondition: the node is over leaves of this block.
  [[nodiscard]] const Hash& node(std::uint32_t level, std::uint64_t index) const {
    return levels_[level][index & ((kBlockLeaves >> level) - 1)];
  }

  [[nodiscard]] ByteView entry(std::uint64_t index) const {
    return ByteView(entries_).subspan((index % kBlockLeaves) * LeafEntry::kSize, LeafEntry::kSize);
  }

 private:
  std::uint64_t number_;
  Bytes entries_;
  std::array<std::array<Hash, kBlockLeaves>, kBatchNodeLevel> levels_;
};

/// The nodes of one batch's tree.
class BatchNodes {
 public:
  BatchNodes(const StoreReader& reader, const BatchRow& batch) : reader_(reader), batch_(batch) {}

  Result<Hash> node(std::uint32_t level, std::uint64_t index) {
    if (level >= kBatchNodeLevel) return reader_.batch_node(batch_, level, index);
    const auto block = block_of(index << level);
    if (!block) return block.error();
    return (*block)->node(level, index);
  }

  Result<const LeafBlock*> block_of(std::uint64_t leaf) {
    const std::uint64_t number = leaf / kBlockLeaves;
    for (const LeafBlock& block : blocks_) {
      if (block.number() == number) return &block;
    }
    const std::uint64_t first = number * kBlockLeaves;
    const std::uint64_t count = std::min<std::uint64_t>(kBlockLeaves, batch_.count - first);
    Result<Bytes> entries = reader_.leaves(batch_.issuer, batch_.first_position + first, count);
    if (!entries) return entries.error();
    if (entries->size() != count * LeafEntry::kSize) {
      return Error{Errc::corrupt, "leaf entries of a sealed batch are missing"};
    }
    blocks_.emplace_back(number, std::move(*entries));
    return &blocks_.back();
  }

 private:
  const StoreReader& reader_;
  const BatchRow& batch_;
  /// The leaf's own block and the last one: never more than two.
  std::list<LeafBlock> blocks_;
};

}  // namespace

Result<BatchLeaf> read_batch_leaf(const StoreReader& reader, const BatchRow& batch,
                                  std::uint64_t index) {
  BatchNodes nodes(reader, batch);
  const auto block = nodes.block_of(index);
  if (!block) return block.error();
  const Result<LeafEntry> leaf = decode_leaf((*block)->entry(index));
  if (!leaf) return Error{Errc::corrupt, leaf.error().message};
  auto path = crypto::inclusion_path(
      index, batch.count,
      [&nodes](std::uint32_t level, std::uint64_t at) { return nodes.node(level, at); });
  if (!path) return path.error();
  return BatchLeaf{*leaf, std::move(*path)};
}

}  // namespace kedge::node
