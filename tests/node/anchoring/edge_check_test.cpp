// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/edge_check.hpp"

#include <gtest/gtest.h>

#include "node/anchoring/log_writer.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/anchoring/test_log.hpp"
#include "tests/support/tampered_reader.hpp"

namespace kedge::node {
namespace {

using test::Tamper;
using test::TamperedReader;

constexpr std::uint64_t kNow = 1'767'225'600'000;

/// A store whose disk answers wrongly from some moment on.
class TamperedStore final : public Store {
 public:
  explicit TamperedStore(Store& inner) : inner_(inner) {}
  Tamper tamper;

  const StoreIdentity& identity() const override { return inner_.identity(); }
  std::unique_ptr<StoreReader> snapshot() const override {
    return std::make_unique<TamperedReader>(inner_.snapshot(), tamper);
  }
  Status checkpoint(const std::filesystem::path& folder) const override {
    return inner_.checkpoint(folder);
  }
  Result<std::vector<std::optional<Location>>> locate_many(
      IssuerId issuer, std::span<const Hash> digests) const override {
    return inner_.locate_many(issuer, digests);
  }
  Result<IssuerRow> add_issuer(std::string_view name) override { return inner_.add_issuer(name); }
  Status append(std::span<const Run> runs) override { return inner_.append(runs); }
  Status seal(const Seal& seal) override { return inner_.seal(seal); }
  Status append_changes(std::span<const ChangeRun> runs) override {
    return inner_.append_changes(runs);
  }
  Status allocate_status(std::span<const StatusAllocation> allocations) override {
    return inner_.allocate_status(allocations);
  }
  Status record_published(const PublishedList& list) override {
    return inner_.record_published(list);
  }
  Status record_intent(const AnchorRow& row) override { return inner_.record_intent(row); }
  Status record_attempt(std::string_view ledger, std::uint64_t epoch,
                        const AnchorAttempt& attempt) override {
    return inner_.record_attempt(ledger, epoch, attempt);
  }
  Status record_state(std::string_view ledger, std::uint64_t epoch, AnchorState state,
                      std::string_view record, std::uint64_t time_ms) override {
    return inner_.record_state(ledger, epoch, state, record, time_ms);
  }

 private:
  Store& inner_;
};

/// Parameter: how many entries the log has.
class EdgeCheckTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override {
    log_ = *LogWriter::open(tampered_, test::make_signer(), {.batch_max_size = 1});
    ASSERT_TRUE(log_->begin(kNow));
    issuer_ = *log_->ensure_issuer("did:example:alice");
    // Genesis, its epoch, then one epoch with as many batches as it takes.
    for (std::uint64_t size = 3; size < GetParam(); ++size) accept_one();
    ASSERT_TRUE(log_->seal(kNow, Hash{}));
    ASSERT_EQ(checkpoint().size, GetParam());
  }

  void accept_one() {
    ASSERT_TRUE(test::submit(*log_, *store_, issuer_, test::items_of(next_++, 1), kNow));
  }

  const CheckpointRow& checkpoint() const { return *log_->checkpoint(); }

  Result<RightEdge> check(Tamper tamper) {
    return read_checked_edge(TamperedReader(store_->snapshot(), std::move(tamper)), checkpoint());
  }

  void expect_corrupt(Tamper tamper, const std::string& what) {
    const auto edge = check(std::move(tamper));
    ASSERT_FALSE(edge) << what;
    EXPECT_EQ(edge.error().code, Errc::corrupt) << what;
  }

  std::unique_ptr<Store> store_ = *make_memory_store(test::make_identity());
  TamperedStore tampered_{*store_};
  std::unique_ptr<LogWriter> log_;
  IssuerId issuer_ = 0;
  std::uint64_t next_ = 0;
};

TEST_P(EdgeCheckTest, AcceptsTheLogAsItIs) {
  const auto edge = check({});
  ASSERT_TRUE(edge) << edge.error().message;
  EXPECT_EQ(edge->size(), checkpoint().size);
  EXPECT_EQ(edge->root(), checkpoint().root);
  const auto range = compact_range_of(*edge);
  ASSERT_TRUE(range) << range.error().message;
  EXPECT_EQ(range->size(), checkpoint().size);
  EXPECT_EQ(range->root(), checkpoint().root);
}

TEST_P(EdgeCheckTest, FindsAChangeInTheNewestEntries) {
  const std::uint64_t size = checkpoint().size;
  for (std::uint64_t index = (size - 1) / kTileWidth * kTileWidth; index < size; ++index) {
    expect_corrupt({.entry =
                        [&](std::uint64_t i, Bytes& entry) {
                          if (i == index) entry.back() ^= 1;
                        }},
                   "entry " + std::to_string(index));
  }
}

TEST_P(EdgeCheckTest, FindsAChangeInTheNewestTiles) {
  const std::uint64_t size = checkpoint().size;
  for (std::uint32_t level = 0; (size >> (kTileHeight * level)) > 0; ++level) {
    const std::uint64_t newest = ((size >> (kTileHeight * level)) - 1) / kTileWidth;
    const std::size_t width = store_->snapshot()->tile(level, newest)->size();
    // Of a tile that has a level below, only its newest hash is derived anew; the others are in the
    // edge, whose root is compared, or under the checkpoint of another day.
    const std::size_t first = level == 0 ? 0 : width - 1;
    for (std::size_t i = first; i < width; ++i) {
      expect_corrupt({.tile =
                          [&](std::uint32_t l, std::uint64_t n, std::vector<Hash>& hashes) {
                            if (l == level && n == newest) hashes[i][0] ^= 1;
                          }},
                     "hash " + std::to_string(i) + " of level " + std::to_string(level));
    }
  }
}

TEST_P(EdgeCheckTest, FindsAChangeInTheFullTileBelowTheEdge) {
  const std::uint64_t full = checkpoint().size >> kTileHeight;
  for (std::size_t i = 0; full > 0 && i < kTileWidth; ++i) {
    expect_corrupt({.tile =
                        [&](std::uint32_t l, std::uint64_t n, std::vector<Hash>& hashes) {
                          if (l == 0 && n == full - 1) hashes[i][31] ^= 1;
                        }},
                   "hash " + std::to_string(i));
  }
}

TEST_P(EdgeCheckTest, FindsAChangeInTheEdge) {
  const auto edges = *store_->snapshot()->edges();
  for (std::size_t level = 0; level < edges.size(); ++level) {
    for (std::size_t i = 0; i < edges[level].size(); ++i) {
      expect_corrupt({.edges = [&](std::vector<TileEdge>& all) { all[level][i][7] ^= 1; }},
                     "hash " + std::to_string(i) + " of level " + std::to_string(level));
    }
  }
  expect_corrupt({.edges = [](std::vector<TileEdge>& all) { all.clear(); }}, "no edge");
  expect_corrupt({.log_size = [](std::uint64_t& size) { ++size; }}, "a longer log");
}

TEST_P(EdgeCheckTest, FindsAnotherCheckpoint) {
  for (int field = 0; field < 4; ++field) {
    CheckpointRow other = checkpoint();
    if (field == 0) other.size += 1;
    if (field == 1) other.root[0] ^= 1;
    if (field == 2) other.epoch += 1;
    if (field == 3) other.time_ms += 1;
    EXPECT_FALSE(read_checked_edge(*store_->snapshot(), other)) << field;
  }
}

TEST_P(EdgeCheckTest, PassesOnWhatCannotBeRead) {
  for (const std::string_view what : {"log_size", "edges", "log_entries", "tile"}) {
    const auto edge = check({.fail = [&](std::string_view read, std::uint64_t) {
      return read == what ? std::optional<Error>({Errc::storage, "unreadable"}) : std::nullopt;
    }});
    ASSERT_FALSE(edge) << what;
    EXPECT_EQ(edge.error().code, Errc::storage);
  }
}

TEST_P(EdgeCheckTest, NothingIsSignedOverADamagedLog) {
  accept_one();
  const std::uint64_t last = checkpoint().size - 1;
  tampered_.tamper.entry = [last](std::uint64_t index, Bytes& entry) {
    if (index == last) entry[20] ^= 1;
  };
  const auto sealed = log_->seal(kNow, Hash{});
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code, Errc::corrupt);
  EXPECT_TRUE(log_->fault());
  EXPECT_EQ(*store_->snapshot()->log_size(), last + 1);
  const auto again = LogWriter::open(tampered_, test::make_signer(), {});
  ASSERT_FALSE(again) << "nor can it be opened";
  EXPECT_EQ(again.error().code, Errc::corrupt);
}

INSTANTIATE_TEST_SUITE_P(Sizes, EdgeCheckTest, ::testing::Values(2, 6, 255, 256, 257, 512, 700));

}  // namespace
}  // namespace kedge::node
