// SPDX-License-Identifier: Apache-2.0
#include "node/log/status_tree.hpp"

#include <chrono>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "crypto/tree.hpp"

namespace kedge::node {
namespace {

/// A list with its tiles as they would be stored, and the same list as plain values.
class KeptList {
 public:
  [[nodiscard]] StatusTileSource source() const {
    return
        [this](std::uint32_t level, std::uint64_t index) -> Result<std::optional<StatusTileNodes>> {
          ++reads_;
          const auto found = tiles_.find({level, index});
          return found == tiles_.end() ? std::optional<StatusTileNodes>{} : found->second;
        };
  }

  /// Changes to `after`, from what there is.
  [[nodiscard]] StatusChange change(std::uint64_t index, StatusValue after) const {
    const auto found = pending_.find(index);
    const StatusValue before = found != pending_.end()  ? found->second
                               : index < values_.size() ? values_[index]
                                                        : StatusValue::valid;
    return {{kRegister, index}, before, after, 1};
  }

  /// A random change that may be, if there is one for this entry.
  void change_somehow(std::uint64_t index, std::mt19937_64& random,
                      std::vector<StatusChange>& changes) {
    const auto after = static_cast<StatusValue>(random() % 3);
    const StatusChange next = change(index, after);
    if (!may_change(next.before, next.after)) return;
    pending_[index] = after;
    changes.push_back(next);
  }

  ListUpdate update(std::uint64_t size, const std::vector<StatusChange>& changes) {
    auto done = update_list(values_.size(), size, changes, source());
    if (!done) throw std::runtime_error(done.error().message);
    values_.resize(size);
    for (const StatusChange& change : changes) values_[change.target.index] = change.after;
    pending_.clear();
    for (const StatusTile& tile : done->tiles) {
      EXPECT_TRUE(has_status_tile(size, tile.level, tile.index))
          << int(tile.level) << "/" << tile.index;
      tiles_[{tile.level, tile.index}] = tile.nodes;
    }
    return *std::move(done);
  }

  /// The octets by definition.
  [[nodiscard]] Bytes packed() const {
    Bytes bytes((values_.size() + 3) / 4);
    for (std::size_t i = 0; i < values_.size(); ++i) {
      bytes[i / 4] = static_cast<std::uint8_t>(
          bytes[i / 4] | (static_cast<unsigned>(values_[i]) << (2 * (i % 4))));
    }
    return bytes;
  }

  /// The tree by definition.
  [[nodiscard]] crypto::Tree tree() const {
    Bytes bytes = packed();
    bytes.resize(chunk_count(values_.size()) * kChunkSize);
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < bytes.size(); i += kChunkSize) {
      leaves.push_back(crypto::leaf_hash(ByteView(bytes).subspan(i, kChunkSize)));
    }
    return crypto::Tree(std::move(leaves));
  }

  [[nodiscard]] std::uint64_t size() const { return values_.size(); }
  [[nodiscard]] const std::vector<StatusValue>& values() const { return values_; }
  [[nodiscard]] std::uint64_t reads() const { return reads_; }
  [[nodiscard]] std::size_t tiles() const { return tiles_.size(); }

 private:
  std::map<std::pair<std::uint32_t, std::uint64_t>, StatusTileNodes> tiles_;
  std::vector<StatusValue> values_;
  /// Of changes that are not in `values_` yet.
  std::map<std::uint64_t, StatusValue> pending_;
  mutable std::uint64_t reads_ = 0;
};

/// The list says what it should: its root, some proofs, its octets.
void expect_sound(const KeptList& list, std::mt19937_64& random) {
  const crypto::Tree tree = list.tree();
  const std::uint64_t size = list.size();
  ASSERT_EQ(*bits_root(size, list.source()), tree.root()) << size;
  ASSERT_EQ(*list_bits(size, list.source()), list.packed()) << size;
  if (size == 0) return;
  for (const std::uint64_t index : {std::uint64_t{0}, size - 1, random() % size}) {
    const auto proof = prove_chunk(index, size, list.source());
    ASSERT_TRUE(proof);
    ASSERT_TRUE(crypto::verify_inclusion(crypto::leaf_hash(proof->chunk), index / kChunkEntries,
                                         chunk_count(size), proof->path, tree.root()))
        << index << " of " << size;
    ASSERT_EQ(*status_in_chunk(proof->chunk, index), list.values()[index]);
    ASSERT_EQ(*status_in_list(index, size, list.source()), list.values()[index]);
  }
}

TEST(StatusTree, OfZerosIsTheSameAsTheWholeTree) {
  for (std::uint64_t chunks = 0; chunks <= 600; ++chunks) {
    const std::vector<Hash> leaves(chunks, crypto::leaf_hash(Hash{}));
    ASSERT_EQ(zero_bits_root(chunks * kChunkEntries), crypto::tree_root(leaves)) << chunks;
    if (chunks > 0) {
      ASSERT_EQ(zero_bits_root(chunks * kChunkEntries - 1), crypto::tree_root(leaves));
    }
  }
  for (std::uint32_t level = 0; level < 10; ++level) {
    const std::vector<Hash> leaves(std::size_t{1} << level, crypto::leaf_hash(Hash{}));
    EXPECT_EQ(zero_subtree(level), crypto::tree_root(leaves));
  }
}

TEST(StatusTree, GrowsEntryByEntry) {
  std::mt19937_64 random(7);
  KeptList list;
  for (std::uint64_t size = 0; size <= 600; ++size) {
    std::vector<StatusChange> changes;
    if (size > 0) list.change_somehow(size - 1, random, changes);
    list.update(size, changes);
    expect_sound(list, random);
  }
}

/// Every number of chunks up to 600, each reached from the one before, with nothing, the last
/// entry, or some entry changed: every way in which subtrees become complete.
TEST(StatusTree, GrowsChunkByChunk) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  KeptList list;
  for (std::uint64_t chunks = 0; chunks <= 600; ++chunks) {
    const std::uint64_t size = chunks * kChunkEntries;
    std::vector<StatusChange> changes;
    if (size > 0 && random() % 3 == 0) list.change_somehow(size - 1, random, changes);
    if (size > 0 && random() % 5 == 0) list.change_somehow(random() % size, random, changes);
    list.update(size, changes);
    expect_sound(list, random);
  }
}

TEST(StatusTree, RandomSparseListsOfAnySize) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; ++round) {
    KeptList list;
    std::uint64_t size = random() % 5'000;
    for (int step = 0; step < 6; ++step) {
      std::vector<StatusChange> changes;
      const std::uint64_t count = size == 0 ? 0 : random() % 40;
      for (std::uint64_t i = 0; i < count; ++i) {
        // Often the same entries, so that one is changed twice in a call and back again.
        const std::uint64_t index = random() % (random() % 2 == 0 ? size : std::min(size, 9UL));
        list.change_somehow(index, random, changes);
      }
      list.update(size, changes);
      expect_sound(list, random);
      size += random() % (random() % 2 == 0 ? 200 : 40'000);
    }
  }
}

/// Growing without changes completes subtrees whose roots were not stored.
TEST(StatusTree, CompletesSubtreesThatOnlyGrow) {
  std::mt19937_64 random(1);
  for (const std::uint64_t first : {1UL, 129UL, 2'047UL, 2'049UL, 32'000UL, 32'769UL}) {
    for (const std::uint64_t second : {first, 2'048UL, 32'768UL, 33'000UL, 600'000UL}) {
      if (second < first) continue;
      KeptList list;
      list.update(first, {list.change(first - 1, StatusValue::revoked)});
      list.update(second, {});
      expect_sound(list, random);
    }
  }
}

TEST(StatusTree, ATileThatBecomesZerosIsWritten) {
  KeptList list;
  list.update(100'000, {list.change(5'000, StatusValue::suspended)});
  const ListUpdate lifted = list.update(100'000, {list.change(5'000, StatusValue::valid)});
  EXPECT_EQ(lifted.bits_root, zero_bits_root(100'000));
  EXPECT_EQ(lifted.tiles.size(), 3U) << "levels 0, 1 and 2";
  for (const StatusTile& tile : lifted.tiles) EXPECT_EQ(tile.nodes, StatusTileNodes{});
}

TEST(StatusTree, WhatEndsWhereItBeganWritesNothing) {
  KeptList list;
  list.update(1'000, {});
  const std::vector<StatusChange> changes = {
      {{0, 7}, StatusValue::valid, StatusValue::suspended, 1},
      {{0, 7}, StatusValue::suspended, StatusValue::valid, 2}};
  EXPECT_TRUE(list.update(1'000, changes).tiles.empty());
}

TEST(StatusTree, RefusesWhatMayNotBe) {
  KeptList list;
  list.update(1'000,
              {list.change(7, StatusValue::revoked), list.change(8, StatusValue::suspended)});
  const auto code = [&](std::uint64_t old_size, std::uint64_t size, const StatusChange& change) {
    const auto done = update_list(old_size, size, std::span(&change, 1), list.source());
    return done ? Errc::internal : done.error().code;
  };
  using enum StatusValue;
  EXPECT_EQ(code(1'000, 1'000, {{0, 7}, revoked, valid, 1}), Errc::invalid_argument);
  EXPECT_EQ(code(1'000, 1'000, {{0, 9}, valid, valid, 1}), Errc::invalid_argument);
  EXPECT_EQ(code(1'000, 1'000, {{0, 1'000}, valid, revoked, 1}), Errc::invalid_argument);
  EXPECT_EQ(code(1'000, 999, {{0, 1}, valid, revoked, 1}), Errc::invalid_argument);
  EXPECT_EQ(code(1'000, kMaxListSize + 1, {{0, 1}, valid, revoked, 1}), Errc::invalid_argument);
  EXPECT_EQ(code(1'000, 1'000, {{0, 7}, valid, revoked, 1}), Errc::corrupt);
  EXPECT_EQ(code(1'000, 1'000, {{0, 8}, valid, revoked, 1}), Errc::corrupt);
  EXPECT_EQ(code(1'000, 1'000, {{0, 9}, suspended, valid, 1}), Errc::corrupt);
  EXPECT_FALSE(prove_chunk(1'000, 1'000, list.source()));
  EXPECT_FALSE(status_in_list(1'000, 1'000, list.source()));
  Hash chunk{};
  chunk[0] = 0x0c;
  EXPECT_EQ(status_in_chunk(chunk, 1).error().code, Errc::corrupt);
  EXPECT_EQ(*status_in_chunk(chunk, 0), valid);
}

TEST(StatusTree, PassesFailuresOn) {
  const StatusTileSource failing = [](std::uint32_t, std::uint64_t) {
    return Result<std::optional<StatusTileNodes>>(Error{Errc::storage, "disk"});
  };
  const StatusChange change{{0, 1}, StatusValue::valid, StatusValue::revoked, 1};
  EXPECT_EQ(bits_root(5'000, failing).error().code, Errc::storage);
  EXPECT_EQ(prove_chunk(1, 5'000, failing).error().code, Errc::storage);
  EXPECT_EQ(list_bits(5'000, failing).error().code, Errc::storage);
  EXPECT_EQ(update_list(0, 5'000, std::span(&change, 1), failing).error().code, Errc::storage);
}

TEST(StatusTree, KnowsWhichTilesAListCanHave) {
  EXPECT_FALSE(has_status_tile(0, 0, 0));
  EXPECT_TRUE(has_status_tile(1, 0, 0));
  EXPECT_FALSE(has_status_tile(2'048, 0, 1));
  EXPECT_TRUE(has_status_tile(2'049, 0, 1));
  EXPECT_FALSE(has_status_tile(1'920, 1, 0)) << "fifteen chunks have no complete tile";
  EXPECT_TRUE(has_status_tile(1'921, 1, 0));
  EXPECT_TRUE(has_status_tile(kMaxListSize, 8, 0));
  EXPECT_FALSE(has_status_tile(kMaxListSize, 9, 0));
  EXPECT_FALSE(has_status_tile(kMaxListSize + 1, 0, 0));
}

TEST(StatusTree, CostsWhatIsTouched) {
  KeptList list;
  // Greater than any plain list of this test could be: nothing but tiles is looked at.
  const StatusChange change{{0, kMaxListSize - 1}, StatusValue::valid, StatusValue::revoked, 1};
  const auto done = update_list(0, kMaxListSize, std::span(&change, 1), list.source());
  ASSERT_TRUE(done);
  EXPECT_EQ(done->tiles.size(), 9U);
  EXPECT_LT(list.reads(), 100U);
}

TEST(StatusTree, AMillionChangesInTenMillionEntries) {
  constexpr std::uint64_t kSize = 10'000'000;
  constexpr std::size_t kChanges = 1'000'000;
  std::vector<StatusChange> changes;
  changes.reserve(kChanges);
  // A permutation: each entry once.
  for (std::uint64_t i = 0; i < kChanges; ++i) {
    changes.push_back({{0, i * 6'700'417 % kSize}, StatusValue::valid, StatusValue::revoked, i});
  }
  const KeptList list;
  const auto begin = std::clock();
  const auto done = update_list(kSize - 500, kSize, changes, list.source());
  const double seconds = double(std::clock() - begin) / CLOCKS_PER_SEC;
  ASSERT_TRUE(done);
  RecordProperty("milliseconds", static_cast<int>(seconds * 1000));
  std::printf("%zu tiles in %.0f ms of CPU\n", done->tiles.size(), seconds * 1000);
  EXPECT_LT(seconds, 1.0);
}

}  // namespace
}  // namespace kedge::node
