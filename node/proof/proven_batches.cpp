// SPDX-License-Identifier: Apache-2.0
#include "node/proof/proven_batches.hpp"

#include <algorithm>
#include <array>

#include "crypto/sha256_batch.hpp"

namespace kedge::node {
namespace {

/// Of batches with their texts, about 3 KiB each.
constexpr std::size_t kBatchOctets = std::size_t{96} << 20;
/// Of subtrees, 16 KiB for 4096 credentials.
constexpr std::size_t kSubtreeOctets = std::size_t{64} << 20;
constexpr std::size_t kPlaces = std::size_t{1} << 18;
constexpr std::uint32_t kPlaceBits = 8;

constexpr std::uint64_t kBlockLeaves = std::uint64_t{1} << kBatchNodeLevel;
constexpr std::uint32_t kSubtreeLevel = 12;
constexpr std::uint64_t kSubtreeLeaves = std::uint64_t{1} << kSubtreeLevel;
constexpr std::uint64_t kSubtreeBlocks = kSubtreeLeaves / kBlockLeaves;

Error corrupt(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

/// Each issuer's parts lie side by side, so that few lines of the processor's cache hold them.
std::size_t place_of(const Location& where) {
  const std::uint64_t issuer = where.issuer * 0x9e3779b97f4a7c15;
  return (issuer + (where.position >> kPlaceBits)) % kPlaces;
}

bool holds(const BatchRow& row, const Location& where) {
  return row.issuer == where.issuer && where.position >= row.first_position &&
         where.position - row.first_position < row.count;
}

std::size_t octets_of(const crypto::Tree& tree) {
  return sizeof tree + 2 * tree.size() * sizeof(Hash) + 256;
}

/// The entries of a block of leaves and the hashes over them.
class Block {
 public:
  static Result<Block> read(const StoreReader& reader, const BatchRow& batch,
                            std::uint64_t number) {
    const std::uint64_t first = number * kBlockLeaves;
    const std::uint64_t count = std::min<std::uint64_t>(kBlockLeaves, batch.count - first);
    Result<Bytes> entries = reader.leaves(batch.issuer, batch.first_position + first, count);
    if (!entries) return entries.error();
    if (entries->size() != count * LeafEntry::kSize) {
      return corrupt("leaf entries of a sealed batch are missing");
    }
    Block block;
    block.entries_ = std::move(*entries);
    block.count_ = count;
    crypto::hash_leaves(block.entries_.data(), LeafEntry::kSize, count, block.levels_[0].data());
    return block;
  }

  /// Hashes up to the root, and appends the path of the block's leaf `i`. All blocks but the last
  /// one of a batch are full; that one's tree may be ragged.
  Hash climb(std::uint64_t i, std::vector<Hash>& path) {
    if (count_ != kBlockLeaves) {
      const crypto::Tree tree({levels_[0].begin(), levels_[0].begin() + std::ptrdiff_t(count_)});
      tree.append_inclusion_path(i, path);
      return tree.root();
    }
    for (std::uint32_t level = 0; level < kBatchNodeLevel; ++level) {
      crypto::hash_nodes(levels_[level].data(), kBlockLeaves >> (level + 1),
                         levels_[level + 1].data());
      path.push_back(levels_[level][(i >> level) ^ 1]);
    }
    return levels_[kBatchNodeLevel][0];
  }

  [[nodiscard]] ByteView entry(std::uint64_t i) const {
    return ByteView(entries_).subspan(i * LeafEntry::kSize, LeafEntry::kSize);
  }

 private:
  Bytes entries_;
  std::uint64_t count_ = 0;
  std::array<std::array<Hash, kBlockLeaves>, kBatchNodeLevel + 1> levels_;
};

/// The tree over the blocks of one subtree, from stored nodes. Nothing is verified.
Result<crypto::Tree> read_subtree(const StoreReader& reader, const BatchRow& batch,
                                  std::uint64_t number) {
  const std::uint64_t first = number * kSubtreeBlocks;
  const std::uint64_t full = batch.count / kBlockLeaves;
  std::vector<Hash> roots;
  for (std::uint64_t i = first; i < std::min(first + kSubtreeBlocks, full); ++i) {
    const Result<Hash> node = reader.batch_node(batch, kBatchNodeLevel, i);
    if (!node) return node.error();
    roots.push_back(*node);
  }
  if (roots.size() < kSubtreeBlocks && batch.count % kBlockLeaves != 0) {
    Result<Block> last = Block::read(reader, batch, full);
    if (!last) return last.error();
    std::vector<Hash> unused;
    roots.push_back(last->climb(0, unused));
  }
  return crypto::Tree(std::move(roots));
}

/// The tree over the batch's subtrees, from stored nodes. Nothing is verified.
Result<crypto::Tree> read_upper(const StoreReader& reader, const BatchRow& batch) {
  if (batch.count <= kSubtreeLeaves) return crypto::Tree(std::vector<Hash>(1, batch.root));
  const std::uint64_t full = batch.count / kSubtreeLeaves;
  std::vector<Hash> roots;
  for (std::uint64_t i = 0; i < full; ++i) {
    const Result<Hash> node = reader.batch_node(batch, kSubtreeLevel, i);
    if (!node) return node.error();
    roots.push_back(*node);
  }
  if (batch.count % kSubtreeLeaves != 0) {
    const Result<crypto::Tree> last = read_subtree(reader, batch, full);
    if (!last) return last.error();
    roots.push_back(last->root());
  }
  return crypto::Tree(std::move(roots));
}

}  // namespace

ProvenBatches::ProvenBatches()
    : batches_(kBatchOctets),
      subtrees_(kSubtreeOctets),
      places_(std::make_unique<std::atomic<std::uint64_t>[]>(kPlaces)) {}

std::shared_ptr<const ProvenBatch> ProvenBatches::at_place(const Location& where) const {
  const std::uint64_t index = places_[place_of(where)].load(std::memory_order_relaxed);
  return index == 0 ? nullptr : batches_.find(index);
}

std::shared_ptr<const ProvenBatch> ProvenBatches::find(const Location& where) const {
  auto batch = at_place(where);
  if (batch == nullptr || holds(batch->row, where)) return batch;
  if (batch->row.issuer != where.issuer) return nullptr;
  // Two batches meet here; the other one is also met at the next place on its side.
  constexpr std::uint64_t kPlace = std::uint64_t{1} << kPlaceBits;
  const bool before = where.position < batch->row.first_position;
  if (before && where.position < kPlace) return nullptr;
  batch = at_place({where.issuer, before ? where.position - kPlace : where.position + kPlace});
  return batch != nullptr && holds(batch->row, where) ? batch : nullptr;
}

Status ProvenBatches::remember(const StoreReader& reader, const BatchRow& row,
                               const Bundle& shared) {
  if (batches_.find(row.log_index) == nullptr) {
    Result<crypto::Tree> upper = read_upper(reader, row);
    if (!upper) return upper.error();
    if (upper->root() != row.root) return corrupt("the nodes of a batch do not lead to its root");
    auto batch = std::make_shared<const ProvenBatch>(
        ProvenBatch{row, bundle_text(shared), std::move(*upper)});
    const std::size_t octets = sizeof *batch + batch->text.before_index.capacity() +
                               batch->text.after_path.capacity() + octets_of(batch->upper);
    batches_.remember(row.log_index, std::move(batch), octets);
  }
  for (std::uint64_t at = row.first_position; at < row.first_position + row.count;
       at = ((at >> kPlaceBits) + 1) << kPlaceBits) {
    places_[place_of({row.issuer, at})].store(row.log_index, std::memory_order_relaxed);
  }
  return {};
}

Result<ProvenBatches::Subtree> ProvenBatches::subtree(const StoreReader& reader,
                                                      const ProvenBatch& batch,
                                                      std::uint64_t number) const {
  // A log index and a number of a subtree of the greatest batch.
  const std::uint64_t name = (batch.row.log_index << 20) + number;
  if (Subtree known = subtrees_.find(name); known != nullptr) return known;
  Result<crypto::Tree> tree = read_subtree(reader, batch.row, number);
  if (!tree) return tree.error();
  if (tree->root() != batch.upper.level(0)[number]) {
    return corrupt("the nodes of a batch do not lead to the node over them");
  }
  Subtree verified = std::make_shared<const crypto::Tree>(std::move(*tree));
  subtrees_.remember(name, verified, octets_of(*verified));
  return verified;
}

Result<BatchLeaf> ProvenBatches::leaf(const StoreReader& reader, const ProvenBatch& batch,
                                      std::uint64_t index) const {
  const Result<Subtree> tree = subtree(reader, batch, index / kSubtreeLeaves);
  if (!tree) return tree.error();
  const std::uint64_t inside = index / kBlockLeaves % kSubtreeBlocks;
  // Few of all subtrees are in the processor's cache: they come while the block is read and hashed.
  (*tree)->prefetch_path(inside);
  Result<Block> block = Block::read(reader, batch.row, index / kBlockLeaves);
  if (!block) return block.error();
  BatchLeaf out;
  out.path.reserve(crypto::kMaxPathLength / 2);
  if (block->climb(index % kBlockLeaves, out.path) != (*tree)->level(0)[inside]) {
    return corrupt("the leaves of a batch do not lead to the node over them");
  }
  const Result<LeafEntry> entry = decode_leaf(block->entry(index % kBlockLeaves));
  if (!entry) return corrupt(entry.error().message);
  out.leaf = *entry;
  (*tree)->append_inclusion_path(inside, out.path);
  if (batch.upper.size() > 1) {
    batch.upper.append_inclusion_path(index / kSubtreeLeaves, out.path);
  }
  return out;
}

}  // namespace kedge::node
