// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "node/store/checks.hpp"
#include "node/store/keys.hpp"
#include "node/store/node_row.hpp"
#include "node/store/rows.hpp"
#include "node/store/run_row.hpp"
#include "tests/node/store/strict_rows.hpp"
#include "tests/support/store_data.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

TEST(StoreRows, RefuseEveryFlippedBit) {
  const std::string number = keys::locator_mark(7);
  expect_strict(number, rows::encode_number(number, 123'456), takes(rows::decode_number));
  expect_strict("S", rows::encode_schema("S", 1), takes(rows::decode_schema));
  StoreIdentity identity;
  identity.origin = "example.org/log";
  expect_strict("I", rows::encode_identity("I", identity), takes(rows::decode_identity));
  IssuerRow issuer;
  issuer.id = 3;
  issuer.name = "did:example:issuer";
  expect_strict(keys::issuer(3), rows::encode_issuer(keys::issuer(3), issuer),
                takes(rows::decode_issuer));
  const std::string batch = keys::batch(3, 1000);
  expect_strict(batch, rows::encode_batch(batch, BatchRow{}), takes(rows::decode_batch));
  const std::string entry = keys::log_entry(9);
  expect_strict(entry, rows::encode_log_entry(entry, Bytes(140, 1)), takes(rows::decode_log_entry));
  const std::string tile = keys::tile(0, 4);
  expect_strict(tile, rows::encode_hashes(tile, std::vector<Hash>(5, filler(1))),
                takes(rows::decode_hashes));
  const rows::EdgesRow edges{258, {{filler(1), filler(2)}, {filler(3)}}};
  expect_strict("g", rows::encode_edges("g", edges), takes(rows::decode_edges));
  CheckpointRow checkpoint;
  checkpoint.note = "example.org/log\n7\n";
  const std::string epoch = keys::checkpoint(2);
  expect_strict(epoch, rows::encode_checkpoint(epoch, checkpoint), takes(rows::decode_checkpoint));
  AnchorRow anchor;
  anchor.ledger = "evm";
  anchor.attempts = {{Bytes(9, 1), "0x1", 5}, {Bytes{}, "", 6}};
  const std::string at = keys::anchor("evm", 2);
  expect_strict(at, rows::encode_anchor(at, anchor), takes(rows::decode_anchor));
}

TEST(StoreRows, RefuseAnAnchorOfAnUnknownState) {
  AnchorRow anchor;
  anchor.state = static_cast<AnchorState>(3);
  const std::string key = keys::anchor("evm", 2);
  EXPECT_FALSE(rows::decode_anchor({key, rows::encode_anchor(key, anchor)}));
}

TEST(StoreRows, PackLocationsIntoEightOctets) {
  for (const Location& at : {Location{0, 0}, Location{1, 2}, Location{kMaxIssuers - 1, 1},
                             Location{5, kMaxPositions - 1}}) {
    const std::string value = rows::encode_location(at);
    EXPECT_EQ(value.size(), 8u);
    EXPECT_EQ(must(rows::decode_location({"", value})), at);
    EXPECT_FALSE(rows::decode_location({"", value + "x"}));
  }
}

TEST(RunRow, HoldsAnyNumberOfEntriesUpTo256) {
  constexpr std::uint64_t kFirst = 15 * rows::kRunRowEntries;
  for (std::uint32_t count = 1; count <= rows::kRunRowEntries; ++count) {
    const node::Run run = make_run(9, kFirst, {count}, count);
    std::vector<bool> ends(count);
    for (std::size_t i = 0; i < count; i += 3) ends[i] = true;
    const std::string key = keys::run(9, kFirst);
    const std::string value = rows::encode_run(key, 77, run.leaves, ends);
    const auto row = must(rows::RunRow::parse({key, value}));
    EXPECT_EQ(row.issuer(), 9u);
    EXPECT_EQ(row.first(), kFirst);
    EXPECT_EQ(row.time_ms(), 77u);
    ASSERT_EQ(row.count(), count);
    Bytes all;
    must(row.read(0, count, all));
    EXPECT_EQ(all, run.leaves);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(row.call_end(i), ends[i]);
      Bytes one;
      must(row.read(i, i + 1, one));
      EXPECT_TRUE(std::equal(one.begin(), one.end(), run.leaves.begin() + std::ptrdiff_t(i) * 49));
    }
    EXPECT_TRUE(row.holds(9, kFirst) && row.holds(9, kFirst - 1 + count));
    EXPECT_FALSE(row.holds(9, kFirst - 1) || row.holds(9, kFirst + count) || row.holds(8, kFirst));
  }
}

TEST(RunRow, EndsWithItsWindow) {
  EXPECT_EQ(rows::run_window(255), 0u);
  EXPECT_EQ(rows::run_window(256), 256u);
  EXPECT_EQ(rows::run_row_count(0, 1'000), 256u);
  EXPECT_EQ(rows::run_row_count(1'000, 1'000), 24u);
  EXPECT_EQ(rows::run_row_count(1'000, 7), 7u);
  const node::Run run = make_run(9, 1'000, {25}, 1);
  const std::string key = keys::run(9, 1'000);
  const std::vector<bool> ends(25);
  EXPECT_FALSE(rows::RunRow::parse({key, rows::encode_run(key, 77, run.leaves, ends)}));
}

TEST(RunRow, TellsADamagedDigestFromAnotherOne) {
  const node::Run run = make_run(9, 1'024, {20}, 1);
  const std::string key = keys::run(9, 1'024);
  std::string value = rows::encode_run(key, 77, run.leaves, std::vector<bool>(20));
  const Hash digest = leaf_digest(run.leaves, 17);
  EXPECT_TRUE(must(must(rows::RunRow::parse({key, value})).has_digest(17, digest)));
  EXPECT_FALSE(must(must(rows::RunRow::parse({key, value})).has_digest(16, digest)));
  value[value.size() - 5] ^= 1;
  const auto last = must(rows::RunRow::parse({key, value}));
  const auto damaged = last.has_digest(19, leaf_digest(run.leaves, 19));
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Errc::corrupt);
}

TEST(RunRow, RefusesEveryFlippedBit) {
  const node::Run run = make_run(9, 1'000, {20}, 1);
  const std::string key = keys::run(9, 1'000);
  const std::string value = rows::encode_run(key, 77, run.leaves, std::vector<bool>(20, true));
  expect_strict(key, value, [](const std::string& bad_key, const std::string& bad_value) {
    const auto row = rows::RunRow::parse({bad_key, bad_value});
    Bytes out;
    return row && row->read(0, row->count(), out);
  });
}

TEST(NodeRows, GiveEveryNodeItsOwnPlace) {
  for (const std::uint32_t count :
       {1u, 15u, 16u, 100u, 4095u, 4096u, 4112u, 8191u, 8192u, 70'000u}) {
    SealedBatch batch;
    batch.row.count = count;
    std::uint64_t number = 0;
    for (std::uint32_t level = kBatchNodeLevel; count >> level != 0; ++level) {
      std::vector<Hash>& nodes = batch.levels.emplace_back();
      for (std::uint32_t i = 0; i < count >> level; ++i) nodes.push_back(filler(1, number++));
    }
    std::map<std::uint32_t, std::string> stored;
    rows::encode_nodes(batch, [&](std::uint32_t subtree, const std::string& value) {
      EXPECT_TRUE(stored.empty() || stored.rbegin()->first < subtree);
      EXPECT_EQ(value.size(), rows::row_nodes(count, subtree) * 32);
      stored[subtree] = value;
    });
    std::size_t octets = 0;
    for (const auto& [subtree, value] : stored) octets += value.size();
    EXPECT_EQ(octets, number * 32);
    for (std::uint32_t level = 0; level < 40; ++level) {
      const std::uint64_t there =
          level < kBatchNodeLevel || level > 31 ? 0 : std::uint64_t{count} >> level;
      EXPECT_FALSE(rows::has_node(count, level, there));
      for (std::uint64_t i = 0; i < there; ++i) {
        ASSERT_TRUE(rows::has_node(count, level, i));
        const auto [subtree, slot] = rows::node_place(count, level, i);
        const Hash& want = batch.levels[level - kBatchNodeLevel][i];
        ASSERT_EQ(stored.at(subtree).substr(slot * 32, 32), as_text(want));
      }
    }
  }
}

TEST(StoreKeys, SortAsTheirNumbers) {
  const std::uint64_t numbers[] = {0, 1, 255, 256, 65'535, 1ull << 39, ~0ull};
  for (std::size_t i = 1; i < std::size(numbers); ++i) {
    EXPECT_LT(keys::run(1, numbers[i - 1]), keys::run(1, numbers[i]));
    EXPECT_LT(keys::log_entry(numbers[i - 1]), keys::log_entry(numbers[i]));
    EXPECT_LT(keys::checkpoint(numbers[i - 1]), keys::checkpoint(numbers[i]));
    EXPECT_LT(keys::anchor("evm", numbers[i - 1]), keys::anchor("evm", numbers[i]));
  }
  EXPECT_LT(keys::run(1, ~0ull), keys::run(2, 0));
  EXPECT_LT(keys::checkpoint(~0ull), keys::checkpoint_size(0));
  EXPECT_LT(keys::batch_nodes(1, 5, ~0u), keys::batch_nodes(1, 6, 0));
}

TEST(StoreKeys, AreWellFormedAndHaveNames) {
  const std::pair<Family, std::string> good[] = {
      {Family::meta, keys::schema()},
      {Family::meta, keys::identity()},
      {Family::meta, keys::locator_mark(1)},
      {Family::issuers, keys::issuer(2)},
      {Family::issuers, keys::issuer_hash(filler(1))},
      {Family::runs, keys::run(3, 17)},
      {Family::batches, keys::batch(3, 17)},
      {Family::batch_nodes, keys::batch_nodes(3, 17, rows::kUpperNodes)},
      {Family::log, keys::log_entry(4)},
      {Family::log, keys::tile(1, 4)},
      {Family::log, keys::edges()},
      {Family::checkpoints, keys::checkpoint(5)},
      {Family::checkpoints, keys::checkpoint_size(5)},
      {Family::anchors, keys::anchor("evm", 6)},
      {Family::changes, keys::changes(3, 17)},
      {Family::targets, keys::target(3, {1, 17})},
      {Family::status_lists, keys::status_list(3, 1)},
      {Family::status_lists, keys::allocation(3, filler(1))},
      {Family::status, keys::status(3, 17)},
      {Family::status_tiles, keys::status_tile(3, 1, 2, 17, 6)},
      {Family::published, keys::published(3, 1, 2, 6)},
      {Family::locator, keys::locator(7)},
      {Family::locator_more, keys::locator_more(7, {3, 17})},
  };
  for (const auto& [family, key] : good) {
    EXPECT_TRUE(keys::well_formed(family, key));
    EXPECT_FALSE(keys::well_formed(family, key + 'x'));
    EXPECT_FALSE(keys::well_formed(family, key.substr(1)));
    EXPECT_FALSE(keys::well_formed(family, ""));
    EXPECT_TRUE(keys::describe(family, key).starts_with(family_name(family)));
  }
  EXPECT_EQ(keys::describe(Family::runs, keys::run(3, 17)), "runs: issuer 3, position 17");
  EXPECT_EQ(keys::describe(Family::anchors, keys::anchor("evm", 6)), "anchors: evm, epoch 6");
  EXPECT_EQ(keys::describe(Family::log, "x\x01"), "log: key 7801");
  EXPECT_EQ(keys::describe(Family::targets, keys::target(3, {1, 17})),
            "targets: issuer 3, list 1, index 17");
  EXPECT_EQ(keys::describe(Family::status_tiles, keys::status_tile(3, 1, 2, 17, 6)),
            "status_tiles: issuer 3, list 1, tile 2/17 of epoch 6");
  EXPECT_EQ(keys::describe(Family::published, keys::published(3, 1, 2, 6)),
            "published: issuer 3, list 1, encoding 2, epoch 6");
  EXPECT_EQ(keys::describe(Family::changes, keys::changes(3, 17)), "changes: issuer 3, change 17");
  EXPECT_LT(keys::status_tile(3, 1, 2, 17, 6), keys::status_tile(3, 1, 2, 17, 5));
}

}  // namespace
}  // namespace kedge::test
