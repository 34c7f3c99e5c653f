// SPDX-License-Identifier: Apache-2.0
#include "crypto/tree.hpp"

#include <random>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/crypto/tree_reference.hpp"

namespace kedge::crypto {
namespace {

using test::numbered_leaves;
using test::reference_path;
using test::reference_root;
using test::reference_subproof;

constexpr std::size_t kExhaustive = 130;

/// Nodes of a tree in memory, refusing to be asked beyond its complete subtrees.
NodeSource nodes_of(const Tree& tree) {
  return [&tree](std::uint32_t level, std::uint64_t index) -> Result<Hash> {
    if (index >= tree.level(level).size()) return Error{Errc::internal, "not complete"};
    return tree.level(level)[index];
  };
}

TEST(Tree, RootsAgreeWithTheReference) {
  const std::vector<Hash> leaves = numbered_leaves(kExhaustive);
  CompactRange range;
  for (std::size_t n = 0; n <= kExhaustive; ++n) {
    const std::span<const Hash> first = std::span(leaves).first(n);
    const Tree tree({first.begin(), first.end()});
    const Hash expected = reference_root(first);
    EXPECT_EQ(tree.size(), n);
    EXPECT_EQ(tree.root(), expected) << n;
    EXPECT_EQ(tree_root(first), expected) << n;
    EXPECT_EQ(range.size(), n);
    EXPECT_EQ(range.root(), expected) << n;
    EXPECT_EQ(*root_from_nodes(n, nodes_of(tree)), expected) << n;
    if (n < kExhaustive) range.append(leaves[n]);
  }
}

TEST(Tree, LevelsHoldTheCompleteSubtrees) {
  const std::vector<Hash> leaves = numbered_leaves(kExhaustive);
  for (std::size_t n = 0; n <= kExhaustive; ++n) {
    const Tree tree({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(n)});
    for (std::uint32_t l = 0; l < 9; ++l) {
      const std::size_t width = std::size_t{1} << l;
      ASSERT_EQ(tree.level(l).size(), n / width) << n << " " << l;
      for (std::size_t i = 0; i < n / width; ++i) {
        EXPECT_EQ(tree.level(l)[i], reference_root(std::span(leaves).subspan(i * width, width)));
      }
    }
    EXPECT_EQ(tree.level_count(), n == 0 ? 1 : static_cast<std::uint32_t>(std::bit_width(n)));
  }
}

TEST(Tree, InclusionPathsAgreeWithTheReference) {
  const std::vector<Hash> leaves = numbered_leaves(kExhaustive);
  for (std::size_t n = 1; n <= kExhaustive; ++n) {
    const std::span<const Hash> first = std::span(leaves).first(n);
    const Tree tree({first.begin(), first.end()});
    std::uint64_t visited = 0;
    tree.visit_paths([&](std::uint64_t index, std::span<const Hash> path) {
      ASSERT_EQ(index, visited++);
      const std::vector<Hash> expected = reference_path(index, first);
      EXPECT_TRUE(std::equal(path.begin(), path.end(), expected.begin(), expected.end()))
          << index << " of " << n;
      EXPECT_EQ(tree.inclusion_path(index), expected);
      tree.prefetch_path(index);
      std::vector<Hash> behind(1);
      tree.append_inclusion_path(index, behind);
      EXPECT_TRUE(std::ranges::equal(std::span(behind).subspan(1), expected));
      EXPECT_EQ(*inclusion_path(index, n, nodes_of(tree)), expected);
      EXPECT_EQ(*root_from_path(leaves[index], index, n, path), tree.root());
      EXPECT_TRUE(verify_inclusion(leaves[index], index, n, path, tree.root()));
    });
    EXPECT_EQ(visited, n);
    EXPECT_THROW((void)tree.inclusion_path(n), std::out_of_range);
    tree.prefetch_path(n);
    EXPECT_FALSE(inclusion_path(n, n, nodes_of(tree)));
  }
  Tree({}).visit_paths([](std::uint64_t, std::span<const Hash>) { FAIL() << "an empty tree"; });
}

TEST(Tree, ConsistencyPathsAgreeWithTheReference) {
  const std::vector<Hash> leaves = numbered_leaves(kExhaustive);
  std::vector<Hash> roots;
  for (std::size_t n = 0; n <= kExhaustive; ++n) {
    roots.push_back(reference_root(std::span(leaves).first(n)));
  }
  for (std::size_t n = 1; n <= kExhaustive; ++n) {
    const Tree tree({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(n)});
    for (std::size_t m = 1; m <= n; ++m) {
      const std::vector<Hash> expected =
          reference_subproof(m, std::span(leaves).first(n), /*is_old_root=*/true);
      EXPECT_EQ(tree.consistency_path(m), expected) << m << " " << n;
      EXPECT_EQ(*consistency_path(m, n, nodes_of(tree)), expected) << m << " " << n;
      EXPECT_TRUE(verify_consistency(m, n, expected, roots[m], roots[n])) << m << " " << n;
      if (m == n) continue;
      EXPECT_FALSE(verify_consistency(m, n, expected, roots[m - 1], roots[n])) << m << " " << n;
      EXPECT_FALSE(verify_consistency(m, n, expected, roots[m], roots[n - 1])) << m << " " << n;
    }
    EXPECT_THROW((void)tree.consistency_path(0), std::out_of_range);
    EXPECT_THROW((void)tree.consistency_path(n + 1), std::out_of_range);
    EXPECT_FALSE(consistency_path(0, n, nodes_of(tree)));
    EXPECT_FALSE(consistency_path(n + 1, n, nodes_of(tree)));
  }
}

// A path holds for no other index, leaf or root, and neither with a hash more nor with one less.
TEST(Tree, PathsHoldForNothingElse) {
  constexpr std::size_t kSize = 40;
  const std::vector<Hash> leaves = numbered_leaves(2 * kSize);
  std::vector<Hash> roots;
  for (std::size_t n = 0; n <= 2 * kSize; ++n) {
    roots.push_back(reference_root(std::span(leaves).first(n)));
  }
  for (std::size_t n = 1; n <= kSize; ++n) {
    const Tree tree({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(n)});
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<Hash> path = tree.inclusion_path(i);
      for (std::size_t other = 0; other < 2 * kSize; ++other) {
        EXPECT_EQ(verify_inclusion(leaves[i], other, n, path, roots[n]).has_value(), other == i);
        EXPECT_EQ(verify_inclusion(leaves[other], i, n, path, roots[n]).has_value(), other == i);
        EXPECT_EQ(verify_inclusion(leaves[i], i, n, path, roots[other]).has_value(), other == n);
      }
      path.push_back(roots[1]);
      EXPECT_FALSE(verify_inclusion(leaves[i], i, n, path, roots[n]));
      path.pop_back();
      if (path.empty()) continue;
      path.pop_back();
      EXPECT_FALSE(verify_inclusion(leaves[i], i, n, path, roots[n]));
    }
  }
}

TEST(Tree, AChangedBitIsSeen) {
  constexpr std::size_t kSize = 21;
  const std::vector<Hash> leaves = numbered_leaves(kSize);
  const Tree tree(leaves);
  const Hash old_root = reference_root(std::span(leaves).first(13));
  std::vector<Hash> inclusion = tree.inclusion_path(11);
  std::vector<Hash> consistency = tree.consistency_path(13);
  for (std::size_t bit = 0; bit < 256; ++bit) {
    const auto flip = [bit](Hash& hash) {
      hash[bit / 8] = static_cast<std::uint8_t>(hash[bit / 8] ^ (1U << (bit % 8)));
    };
    for (Hash& hash : inclusion) {
      flip(hash);
      EXPECT_FALSE(verify_inclusion(leaves[11], 11, kSize, inclusion, tree.root()));
      flip(hash);
    }
    for (Hash& hash : consistency) {
      flip(hash);
      EXPECT_FALSE(verify_consistency(13, kSize, consistency, old_root, tree.root()));
      flip(hash);
    }
  }
  EXPECT_TRUE(verify_inclusion(leaves[11], 11, kSize, inclusion, tree.root()));
  EXPECT_TRUE(verify_consistency(13, kSize, consistency, old_root, tree.root()));
}

TEST(Tree, LargeTreesAgreeWithTheFrontier) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 5; ++round) {
    const std::size_t n = 1000 + random() % 9000;
    const std::vector<Hash> leaves = numbered_leaves(n);
    const Tree tree(leaves);
    CompactRange range;
    for (const Hash& leaf : leaves) range.append(leaf);
    ASSERT_EQ(tree.root(), range.root()) << n;
    tree.visit_paths([&](std::uint64_t index, std::span<const Hash> path) {
      ASSERT_TRUE(verify_inclusion(leaves[index], index, n, path, tree.root())) << index;
    });
    const std::size_t m = 1 + random() % n;
    EXPECT_TRUE(verify_consistency(m, n, tree.consistency_path(m),
                                   tree_root(std::span(leaves).first(m)), tree.root()))
        << m << " of " << n;
  }
}

}  // namespace
}  // namespace kedge::crypto
