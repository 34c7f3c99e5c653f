// SPDX-License-Identifier: Apache-2.0
#include "node/audit/directory_tree.hpp"

#include <random>

#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

Hash some_hash(std::mt19937& random) {
  std::array<std::uint8_t, 4> octets{};
  for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(random());
  return crypto::sha256(octets);
}

TEST(DirectoryTree, HasTheRootOfTheWholeTreeAfterAnyChanges) {
  std::mt19937 random(1);
  DirectoryTree tree;
  EXPECT_EQ(tree.root(), crypto::empty_root());
  for (std::size_t size = 1; size < 70; ++size) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < size; ++i) leaves.push_back(some_hash(random));
    tree.assign(leaves);
    EXPECT_EQ(tree.size(), size);
    ASSERT_EQ(tree.root(), crypto::tree_root(leaves)) << size;
    for (std::size_t changes = 0; changes < 6; ++changes) {
      for (std::size_t i = 0; i < changes; ++i) {
        const std::size_t at = random() % size;
        leaves[at] = some_hash(random);
        tree.set(at, leaves[at]);
      }
      ASSERT_EQ(tree.root(), crypto::tree_root(leaves)) << size << " after " << changes;
    }
  }
}

}  // namespace
}  // namespace kedge::node
