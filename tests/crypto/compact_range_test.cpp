// SPDX-License-Identifier: Apache-2.0
#include "crypto/compact_range.hpp"

#include <array>
#include <bit>
#include <limits>
#include <map>
#include <stdexcept>

#include <gtest/gtest.h>

#include "crypto/tree.hpp"
#include "tests/crypto/tree_reference.hpp"

namespace kedge::crypto {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

TEST(CompactRange, VisitsEveryCompleteSubtreeOnce) {
  constexpr std::size_t kSize = 130;
  const std::vector<Hash> leaves = test::numbered_leaves(kSize);
  const Tree tree(leaves);
  std::map<std::pair<std::uint32_t, std::uint64_t>, Hash> seen;
  CompactRange range;
  for (const Hash& leaf : leaves) {
    range.append(leaf, [&](std::uint32_t level, std::uint64_t index, const Hash& hash) {
      EXPECT_TRUE(seen.emplace(std::pair(level, index), hash).second);
    });
  }
  std::size_t expected = 0;
  for (std::uint32_t l = 0; l < tree.level_count(); ++l) {
    expected += tree.level(l).size();
    for (std::uint64_t i = 0; i < tree.level(l).size(); ++i) {
      EXPECT_EQ(seen.at({l, i}), tree.level(l)[i]) << l << " " << i;
    }
  }
  EXPECT_EQ(seen.size(), expected);
}

TEST(CompactRange, ContinuesFromItsNodes) {
  const std::vector<Hash> leaves = test::numbered_leaves(70);
  CompactRange range;
  for (const Hash& leaf : leaves) {
    auto copy = CompactRange::from_nodes(range.size(), range.nodes());
    ASSERT_TRUE(copy);
    EXPECT_EQ(copy->root(), range.root());
    copy->append(leaf);
    range.append(leaf);
    EXPECT_EQ(copy->nodes(), range.nodes());
    EXPECT_EQ(range.nodes().size(), static_cast<std::size_t>(std::popcount(range.size())));
  }
}

TEST(CompactRange, RefusesAWrongNumberOfNodes) {
  for (std::uint64_t size : {std::uint64_t{0}, std::uint64_t{5}, kMax}) {
    const auto nodes = static_cast<std::size_t>(std::popcount(size));
    EXPECT_TRUE(CompactRange::from_nodes(size, std::vector<Hash>(nodes)));
    EXPECT_FALSE(CompactRange::from_nodes(size, std::vector<Hash>(nodes + 1)));
    if (nodes > 0) {
      EXPECT_FALSE(CompactRange::from_nodes(size, std::vector<Hash>(nodes - 1)));
    }
  }
}

TEST(CompactRange, StopsBeforeItsSizeOverflows) {
  auto range = CompactRange::from_nodes(kMax - 1, std::vector<Hash>(63));
  ASSERT_TRUE(range);
  range->append(Hash{});
  EXPECT_EQ(range->size(), kMax);
  EXPECT_EQ(range->nodes().size(), 64U);
  EXPECT_THROW(range->append(Hash{}), std::overflow_error);
}

/// A tree of any size whose leaves are all the same: its complete subtrees depend on the level
/// only.
class UniformTree {
 public:
  UniformTree() {
    level_[0] = leaf_hash({});
    for (std::size_t l = 1; l < level_.size(); ++l) {
      level_[l] = node_hash(level_[l - 1], level_[l - 1]);
    }
  }
  NodeSource nodes(std::uint64_t size) const {
    return [this, size](std::uint32_t level, std::uint64_t index) -> Result<Hash> {
      const bool complete = level < 64 && index < (size >> level);
      if (!complete) return Error{Errc::internal, "beyond the tree"};
      return level_[level];
    };
  }
  const Hash& leaf() const { return level_[0]; }

 private:
  std::array<Hash, 64> level_;
};

TEST(HugeTrees, ProofsHoldUpToTheLargestSize) {
  const UniformTree tree;
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
  const std::uint64_t sizes[] = {kHalf - 1, kHalf, kHalf + 1, kHalf + 12345, kMax - 1, kMax};
  for (const std::uint64_t size : sizes) {
    SCOPED_TRACE(size);
    const auto nodes = tree.nodes(size);
    const auto root = root_from_nodes(size, nodes);
    ASSERT_TRUE(root);
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, kHalf - 1, kHalf,
                                      size / 3, size - 2, size - 1, size}) {
      const auto path = inclusion_path(index, size, nodes);
      ASSERT_EQ(path.has_value(), index < size) << index;
      if (!path) continue;
      EXPECT_LE(path->size(), kMaxPathLength);
      EXPECT_TRUE(verify_inclusion(tree.leaf(), index, size, *path, *root)) << index;
      EXPECT_FALSE(verify_inclusion(tree.leaf(), size, size, *path, *root));
    }
    for (const std::uint64_t old_size : sizes) {
      const auto old_root = root_from_nodes(old_size, tree.nodes(old_size));
      const auto path = consistency_path(old_size, size, nodes);
      ASSERT_EQ(path.has_value(), old_size <= size);
      if (!path) continue;
      EXPECT_TRUE(verify_consistency(old_size, size, *path, *old_root, *root));
    }
  }
}

TEST(NodeSource, ItsFailureIsPassedOn) {
  const NodeSource broken = [](std::uint32_t, std::uint64_t) -> Result<Hash> {
    return Error{Errc::storage, "no disk"};
  };
  EXPECT_EQ(inclusion_path(3, 10, broken).error().code, Errc::storage);
  EXPECT_EQ(consistency_path(3, 10, broken).error().code, Errc::storage);
  EXPECT_EQ(root_from_nodes(10, broken).error().code, Errc::storage);
  EXPECT_EQ(*root_from_nodes(0, broken), empty_root());
}

}  // namespace
}  // namespace kedge::crypto
