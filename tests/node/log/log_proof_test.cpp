// SPDX-License-Identifier: Apache-2.0
#include "node/log/log_proof.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "crypto/tree.hpp"
#include "node/log/right_edge.hpp"
#include "tests/crypto/tree_reference.hpp"

namespace kedge::node {
namespace {

/// The tiles of a log as a store keeps them: full ones by name, the last ones in the right edge.
class TiledLog {
 public:
  void append(std::span<const Hash> leaves) {
    edge_.append(leaves);
    for (Tile& tile : edge_.take_full_tiles()) {
      full_.emplace(std::pair(tile.level, tile.index), std::move(tile.hashes));
    }
  }

  Result<std::vector<Hash>> tile(std::uint32_t level, std::uint64_t index) const {
    const auto full = full_.find({level, index});
    if (full != full_.end()) return full->second;
    const std::uint64_t last = edge_.size() >> (kTileHeight * (level + 1));
    const bool in_edge = level < edge_.edges().size() && index == last;
    if (!in_edge || edge_.edges()[level].empty()) return Error{Errc::not_found, "no such tile"};
    return edge_.edges()[level];
  }

  TileSource source() const {
    return [this](std::uint32_t level, std::uint64_t index) { return tile(level, index); };
  }

 private:
  RightEdge edge_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::vector<Hash>> full_;
};

TEST(LogProof, EveryPairOfSizesOfASmallLog) {
  constexpr std::size_t kSize = 130;
  const std::vector<Hash> leaves = test::numbered_leaves(kSize);
  TiledLog log;
  log.append(leaves);
  for (std::size_t n = 1; n <= kSize; ++n) {
    const crypto::Tree tree({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(n)});
    EXPECT_EQ(*log_root(n, log.source()), tree.root()) << n;
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_EQ(*log_inclusion(i, n, log.source()), tree.inclusion_path(i)) << i << " " << n;
      EXPECT_EQ(*log_consistency(i + 1, n, log.source()), tree.consistency_path(i + 1));
    }
  }
  EXPECT_EQ(*log_root(0, log.source()), crypto::empty_root());
}

TEST(LogProof, AnySizeOfALogOfThreeTileLevels) {
  constexpr std::size_t kSize = 256 * 256 + 4321;
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<Hash> leaves = test::numbered_leaves(kSize);
  TiledLog log;
  log.append(leaves);
  std::vector<std::size_t> sizes = {255, 256, 257, 65'535, 65'536, 65'537, kSize - 1, kSize};
  for (int i = 0; i < 10; ++i) sizes.push_back(1 + random() % kSize);
  for (const std::size_t n : sizes) {
    SCOPED_TRACE(n);
    const crypto::Tree tree({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(n)});
    EXPECT_EQ(*log_root(n, log.source()), tree.root());
    for (int i = 0; i < 50; ++i) {
      const std::size_t index = random() % n;
      EXPECT_EQ(*log_inclusion(index, n, log.source()), tree.inclusion_path(index)) << index;
      EXPECT_EQ(*log_consistency(index + 1, n, log.source()), tree.consistency_path(index + 1));
    }
  }
}

TEST(LogProof, RefusesSizesBeyondTheLogAndBadRanges) {
  const std::vector<Hash> leaves = test::numbered_leaves(300);
  TiledLog log;
  log.append(leaves);
  EXPECT_EQ(log_inclusion(300, 300, log.source()).error().code, Errc::invalid_argument);
  EXPECT_EQ(log_consistency(0, 300, log.source()).error().code, Errc::invalid_argument);
  EXPECT_EQ(log_consistency(301, 300, log.source()).error().code, Errc::invalid_argument);
  EXPECT_EQ(log_inclusion(0, 301, log.source()).error().code, Errc::corrupt);
  EXPECT_EQ(log_inclusion(600, 1000, log.source()).error().code, Errc::not_found);
}

}  // namespace
}  // namespace kedge::node
