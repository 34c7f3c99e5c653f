// SPDX-License-Identifier: Apache-2.0
#include "node/store/status_rows.hpp"

#include "node/store/keys.hpp"
#include "tests/node/store/strict_rows.hpp"
#include "tests/support/store_data.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;
using enum StatusValue;

TEST(StatusRows, RefuseEveryFlippedBit) {
  const std::string changes = keys::changes(3, 17);
  const ChangeRun run{
      3, 17, 4, "dean", {{{0, 5}, valid, revoked, 9}, {{1, 6}, suspended, valid, 9}}};
  expect_strict(changes, rows::encode_changes(changes, run), takes(rows::decode_changes));
  const std::string target = keys::target(3, {1, 17});
  expect_strict(target, rows::encode_target(target, {suspended, 1, 2, 3, "dean"}),
                takes(rows::decode_target));
  const std::string list = keys::status_list(3, 1);
  expect_strict(list, rows::encode_status_list(list, {3, 1, 3, 131'072, {}, 7}),
                takes(rows::decode_status_list));
  const std::string allocation = keys::allocation(3, filler(1));
  expect_strict(allocation,
                rows::encode_allocation(allocation, {3, "k", 5, {{1, 2, 3}, {2, 0, 4}}}),
                takes(rows::decode_allocation));
  const std::string status = keys::status(3, 17);
  StatusRow row;
  row.lists = {{0, 5, filler(1)}, {1, 131'072, filler(2)}};
  expect_strict(status, rows::encode_status(status, row), takes(rows::decode_status));
  const std::string tile = keys::status_tile(3, 1, 2, 17, 6);
  StatusTileNodes nodes{};
  nodes[3] = filler(1);
  nodes[15] = filler(2);
  expect_strict(tile, rows::encode_status_tile(tile, nodes), takes(rows::decode_status_tile));
  const std::string published = keys::published(3, 1, 2, 6);
  PublishedList document;
  document.document = Bytes(40, 1);
  expect_strict(published, rows::encode_published(published, document),
                takes(rows::decode_published));
}

TEST(StatusRows, TakeWhatTheKeySays) {
  const std::string tile = keys::status_tile(3, 1, 2, 17, 6);
  StatusTileNodes nodes{};
  for (int i = 0; i < 17; ++i) {
    const StoredTile stored =
        must(rows::decode_status_tile({tile, rows::encode_status_tile(tile, nodes)}));
    EXPECT_EQ(stored.issuer, 3u);
    EXPECT_EQ(stored.at.list, 1u);
    EXPECT_EQ(stored.at.tile, (StatusTile{2, 17, nodes}));
    EXPECT_EQ(stored.epoch, 6u);
    if (i < 16) nodes[static_cast<std::size_t>(i)] = filler(9, static_cast<std::uint64_t>(i));
  }
  const std::string published = keys::published(3, 1, 2, 6);
  const PublishedList list =
      must(rows::decode_published({published, rows::encode_published(published, {})}));
  EXPECT_EQ(list.issuer, 3u);
  EXPECT_EQ(list.list, 1u);
  EXPECT_EQ(list.encoding, 2u);
  EXPECT_EQ(list.epoch, 6u);
  EXPECT_EQ(rows::target_of(keys::target(3, {1, 17})), (StatusTarget{1, 17}));
}

TEST(StatusRows, RefuseWhatMakesNoSense) {
  const std::string changes = keys::changes(3, 17);
  const auto refused = [&](std::vector<StatusChange> what) {
    const ChangeRun run{3, 17, 4, "", std::move(what)};
    return !rows::decode_changes({changes, rows::encode_changes(changes, run)});
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({{{0, 5}, revoked, valid, 9}}));
  EXPECT_TRUE(refused({{{0, 5}, valid, static_cast<StatusValue>(3), 9}}));
  EXPECT_FALSE(refused({{{0, 5}, valid, revoked, 9}}));
  const std::string target = keys::target(3, {1, 17});
  EXPECT_FALSE(rows::decode_target(
      {target, rows::encode_target(target, {static_cast<StatusValue>(3), 1, 2, 3, ""})}));
  const std::string status = keys::status(3, 17);
  EXPECT_FALSE(rows::decode_status({status, rows::encode_status(status, {})}));
}

}  // namespace
}  // namespace kedge::test
