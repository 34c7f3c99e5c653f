// SPDX-License-Identifier: Apache-2.0
#include "node/audit/anchor_cache.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using ledger::evm::BlockMark;
using ledger::evm::ListedAnchor;

ListedAnchor anchor(std::uint8_t seq) {
  return {.event = {.log_id = {}, .seq = seq, .root = Hash{1}, .size = 2, .head = Hash{3}},
          .block_number = 4,
          .block_hash = Hash{5},
          .transaction = Hash{6},
          .log_index = 7,
          .time = 8,
          .canonical = seq % 2 == 0};
}

class AnchorCacheTest : public testing::Test {
 protected:
  AnchorCache open(const std::string& log = "1 0xc 0xd") {
    auto cache = AnchorCache::open(file_, log);
    if (!cache) throw std::runtime_error(cache.error().message);
    return *std::move(cache);
  }
  void add(const std::string& text) { std::ofstream(file_, std::ios::app) << text; }

  test::TempDir directory_;
  std::filesystem::path file_ = directory_.path() / "anchors";
};

TEST_F(AnchorCacheTest, GoesOnWhereItWas) {
  const std::vector<ListedAnchor> first{anchor(1), anchor(2)};
  const std::vector<ListedAnchor> all{anchor(1), anchor(2), anchor(3)};
  {
    AnchorCache cache = open();
    EXPECT_FALSE(cache.mark());
    ASSERT_TRUE(cache.append(first, {10, Hash{10}}));
    ASSERT_TRUE(cache.append({}, {20, Hash{20}}));
  }
  {
    AnchorCache cache = open();
    EXPECT_EQ(cache.anchors(), first);
    EXPECT_EQ(cache.mark(), (BlockMark{20, Hash{20}}));
    ASSERT_TRUE(cache.append(std::span(all).subspan(2), {30, Hash{30}}));
    EXPECT_EQ(cache.anchors(), all);
  }
  AnchorCache cache = open();
  EXPECT_EQ(cache.anchors(), all);
  ASSERT_TRUE(cache.clear());
  EXPECT_TRUE(cache.anchors().empty());
  EXPECT_FALSE(open().mark());
}

/// A run that dies writes half of a portion at most.
TEST_F(AnchorCacheTest, ForgetsWhatWasNotReadToItsEnd) {
  const std::vector<ListedAnchor> one{anchor(1)};
  ASSERT_TRUE(open().append(one, {10, Hash{10}}));
  const auto whole = std::filesystem::file_size(file_);
  ASSERT_TRUE(open().append(std::vector{anchor(2)}, {20, Hash{20}}));
  const auto longer = std::filesystem::file_size(file_);
  for (auto size = longer - 1; size >= whole; --size) {
    std::filesystem::resize_file(file_, size);
    const AnchorCache cache = open();
    ASSERT_EQ(cache.anchors(), one) << size;
    ASSERT_EQ(cache.mark(), (BlockMark{10, Hash{10}}));
    ASSERT_EQ(std::filesystem::file_size(file_), whole);
    if (size == whole) break;
    std::filesystem::resize_file(file_, whole);
    ASSERT_TRUE(open().append(std::vector{anchor(2)}, {20, Hash{20}}));
  }
}

TEST_F(AnchorCacheTest, ForgetsWhatItDoesNotUnderstand) {
  for (const char* line : {"anchor 1\n", "read x\n", "other\n", "read 1 00\n"}) {
    ASSERT_TRUE(open().append({}, {10, Hash{10}}));
    add(line);
    EXPECT_FALSE(open().mark()) << line;
  }
}

TEST_F(AnchorCacheTest, AnotherLogIsRefused) {
  ASSERT_TRUE(open().append({}, {10, Hash{10}}));
  const auto other = AnchorCache::open(file_, "2 0xc 0xd");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message, "the mirror is of another log (1 0xc 0xd), not 2 0xc 0xd");
  EXPECT_TRUE(open().mark()) << "and left as it is";
}

TEST_F(AnchorCacheTest, InMemoryItNeedsNoFile) {
  AnchorCache cache;
  ASSERT_TRUE(cache.append(std::vector{anchor(1)}, {10, Hash{10}}));
  EXPECT_EQ(cache.anchors().size(), 1U);
  ASSERT_TRUE(cache.clear());
  EXPECT_FALSE(cache.mark());
}

}  // namespace
}  // namespace kedge::node
