// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/node/audit/audited_store.hpp"

/// What fsck makes of the rows of status: sound, changed, unreadable.
namespace kedge::node {
namespace {

using test::check;
using test::FilledStore;
using test::names;
using test::Tamper;
using test::text_of;
using enum StatusValue;

/// Issuer 0 with a register that grows past three levels of tiles, a published list, two status
/// entries and changes that are not sealed; issuer 1 with a status entry and no credentials after
/// it; issuer 2 without changes.
///
/// | log index | entry | changes |
/// | --- | --- | --- |
/// | 2, 3, 4 | batches of issuers 0, 1, epoch 1 | |
/// | 5, 6, 7 | status of issuer 0, of issuer 1, epoch 2 | 0 to 3, and 0 |
/// | 8, 9 | batch of issuer 0, epoch 3 | |
/// | 10, 11 | status of issuer 0, epoch 4 | 4 to 6 |
FilledStore status_store() {
  FilledStore filled(test::kOrigin);
  const IssuerId a = filled.add_issuer("did:example:a");
  const IssuerId b = filled.add_issuer("did:example:b");
  filled.add_issuer("did:example:idle");
  filled.accept(a, 5'000);
  filled.accept(b, 10);
  filled.seal();
  filled.allocate(a, 1, 40'000, 20);
  filled.change_status(a, {{0, 7}, {0, 4'999}}, suspended);
  filled.change_status(a, {{0, 7}, {1, 39'999}}, revoked, "dean");
  filled.change_status(b, {{0, 3}}, revoked);
  filled.seal();
  filled.accept(a, 30'000);
  filled.seal();
  filled.change_status(a, {{0, 4'999}}, valid);
  filled.change_status(a, {{0, 100}, {0, 33'000}}, revoked);
  filled.allocate(a, 2, 131'072, 1);
  filled.seal();
  filled.change_status(a, {{0, 200}}, suspended);
  filled.change_status(a, {{0, 200}, {2, 5}}, revoked);
  return filled;
}

class FsckStatus : public ::testing::Test {
 protected:
  const FilledStore filled_ = status_store();
};

TEST_F(FsckStatus, ASoundStoreIsClean) {
  const FsckReport report = check(filled_, {});
  EXPECT_TRUE(report.clean()) << text_of(report);
  EXPECT_EQ(report.statuses, 3U);
  EXPECT_EQ(report.changes, 7U + 3U + 1U);
  EXPECT_GE(report.status_tiles, 9U);
}

TEST_F(FsckStatus, EveryByteOfAStatusEntry) {
  for (const std::uint64_t index : {5U, 6U, 10U}) {
    const Bytes entry = *filled_.snapshot()->log_entry(index);
    for (std::size_t at = 0; at < entry.size(); ++at) {
      Tamper tamper;
      tamper.entry = [&](std::uint64_t i, Bytes& bytes) {
        if (i == index) bytes[at] ^= 1;
      };
      const FsckReport report = check(filled_, tamper);
      ASSERT_TRUE(names(report, "log entry " + std::to_string(index)))
          << index << " " << at << " " << text_of(report);
      ASSERT_EQ(report.fault_count, 1U) << index << " " << at << " " << text_of(report);
    }
  }
}

TEST_F(FsckStatus, EveryFieldOfAStatusRow) {
  const std::function<void(StatusRow&)> changes[] = {
      [](StatusRow& row) { row.issuer += 1; },
      [](StatusRow& row) { row.epoch += 1; },
      [](StatusRow& row) { row.issuer_seq += 1; },
      [](StatusRow& row) { row.log_index += 1; },
      [](StatusRow& row) { row.time_ms += 1; },
      [](StatusRow& row) { row.first_change += 1; },
      [](StatusRow& row) { row.count += 1; },
      [](StatusRow& row) { row.changes_root[3] ^= 1; },
      [](StatusRow& row) { row.status_root[3] ^= 1; },
      [](StatusRow& row) { row.lists[0].size += 1; },
      [](StatusRow& row) { row.lists[1].bits_root[31] ^= 128; },
      [](StatusRow& row) { row.lists.pop_back(); }};
  for (const auto& change : changes) {
    Tamper tamper;
    tamper.status = [&](StatusRow& row) {
      if (row.issuer == 0 && row.log_index == 5) change(row);
    };
    const FsckReport report = check(filled_, tamper);
    EXPECT_TRUE(names(report, "status row of log entry 5")) << &change - changes << text_of(report);
  }
}

TEST_F(FsckStatus, EveryNodeOfEveryVersionOfATile) {
  std::vector<StoredTile> tiles;
  ASSERT_TRUE(filled_.snapshot()->visit_status_tiles(0, [&](const StoredTile& tile) -> Status {
    tiles.push_back(tile);
    return {};
  }));
  for (const StoredTile& tile : tiles) {
    for (std::size_t node = 0; node < kStatusTileWidth; ++node) {
      Tamper tamper;
      tamper.status_tile = [&](StoredTile& stored) {
        if (stored.issuer != 0 || stored.epoch != tile.epoch || stored.at.list != tile.at.list ||
            stored.at.tile.level != tile.at.tile.level ||
            stored.at.tile.index != tile.at.tile.index) {
          return;
        }
        stored.at.tile.nodes[node][node] ^= 64;
      };
      const FsckReport report = check(filled_, tamper);
      const std::string where = "tile " + std::to_string(tile.at.tile.level) + "/" +
                                std::to_string(tile.at.tile.index) + " of list " +
                                std::to_string(tile.at.list) + " of issuer 0 as of epoch " +
                                std::to_string(tile.epoch);
      ASSERT_TRUE(names(report, where)) << where << " " << node << text_of(report);
      ASSERT_EQ(report.fault_count, 1U) << where << " " << node << text_of(report);
    }
  }
  EXPECT_GE(tiles.size(), 8U);
}

TEST_F(FsckStatus, EveryFieldOfAChange) {
  const std::function<void(ChangeRun&)> changes[] = {
      [](ChangeRun& run) { run.first_change += 1; },
      [](ChangeRun& run) { run.reason ^= 1; },
      [](ChangeRun& run) { run.actor[0] ^= 1; },
      [](ChangeRun& run) { run.changes[0].target.index ^= 1; },
      [](ChangeRun& run) { run.changes[0].target.list ^= 1; },
      [](ChangeRun& run) {
        StatusValue& before = run.changes[0].before;
        before = before == valid ? suspended : valid;
      },
      [](ChangeRun& run) { run.changes[0].after = valid; },
      [](ChangeRun& run) { run.changes[0].time_ms ^= 1; },
      [](ChangeRun& run) { run.changes.pop_back(); }};
  for (const auto& change : changes) {
    for (const std::uint64_t first : {2U, 5U, 8U}) {
      Tamper tamper;
      tamper.changes = [&](ChangeRun& run) {
        if (run.issuer == 0 && run.first_change == first) change(run);
      };
      const FsckReport report = check(filled_, tamper);
      // Nothing but the target's row says why and by whom, and only of its newest change.
      EXPECT_FALSE(report.clean()) << &change - changes << " " << first;
    }
  }
}

TEST_F(FsckStatus, ARevocationThatIsUndone) {
  Tamper tamper;
  // Change 8 leads from suspended to revoked.
  tamper.changes = [](ChangeRun& run) {
    if (run.issuer == 0 && run.first_change == 7) run.changes[0].after = revoked;
  };
  const FsckReport report = check(filled_, tamper);
  EXPECT_TRUE(names(report, "changes 8 to 8 of issuer 0")) << text_of(report);
}

TEST_F(FsckStatus, EveryFieldOfATargetsRow) {
  const std::function<void(TargetStatus&)> changes[] = {
      [](TargetStatus& row) { row.value = valid; }, [](TargetStatus& row) { row.time_ms += 1; },
      [](TargetStatus& row) { row.change -= 1; },   [](TargetStatus& row) { row.change += 100; },
      [](TargetStatus& row) { row.reason ^= 128; }, [](TargetStatus& row) { row.actor += "x"; }};
  for (const auto& change : changes) {
    for (const StatusTarget target : {StatusTarget{0, 7}, StatusTarget{1, 39'999},
                                      StatusTarget{0, 33'000}, StatusTarget{2, 5}}) {
      Tamper tamper;
      tamper.target = [&](const StatusTarget& at, TargetStatus& row) {
        if (at == target && row.change > 0) change(row);
      };
      const FsckReport report = check(filled_, tamper);
      EXPECT_FALSE(report.clean()) << &change - changes << " " << target.index;
      EXPECT_TRUE(names(report, "status of index " + std::to_string(target.index) + " of list " +
                                    std::to_string(target.list) + " of issuer 0"))
          << text_of(report);
    }
  }
}

TEST_F(FsckStatus, TheSizeOfAList) {
  Tamper tamper;
  tamper.lists = [](std::vector<StatusListRow>& rows) {
    if (!rows.empty()) rows[0].size += 128;
  };
  EXPECT_TRUE(names(check(filled_, tamper), "list 1 of issuer 0"));
}

struct UnreadableStatus {
  const char* read;
  std::uint64_t key;
  const char* where;
};

class FsckUnreadableStatus : public ::testing::TestWithParam<UnreadableStatus> {
 protected:
  static Tamper failing(Errc code) {
    Tamper tamper;
    tamper.fail = [=](std::string_view read, std::uint64_t at) -> std::optional<Error> {
      // Where many cannot be read at once, they are read one by one.
      const bool hit = (read == GetParam().read && at == GetParam().key) ||
                       (read == "targets" && std::string_view("target_status") == GetParam().read);
      return hit ? std::optional(Error{code, "checksum mismatch"}) : std::nullopt;
    };
    return tamper;
  }
};

TEST_P(FsckUnreadableStatus, TheRowIsNamedAndTheCheckGoesOn) {
  const FilledStore filled = status_store();
  const FsckReport report = check(filled, failing(Errc::corrupt));
  EXPECT_TRUE(names(report, GetParam().where)) << text_of(report);
  EXPECT_EQ(report.leaves, 35'010U);
}

TEST_P(FsckUnreadableStatus, AFailedEngineEndsTheCheck) {
  const FilledStore filled = status_store();
  FsckOptions options;
  options.origin = test::kOrigin;
  options.locator = false;
  const test::TamperedReader reader(filled.snapshot(), failing(Errc::storage));
  const auto report = fsck(reader, options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::storage);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FsckUnreadableStatus,
    ::testing::Values(UnreadableStatus{"status_entry_at", 5, "status row of log entry 5"},
                      UnreadableStatus{"status_at", 4, "status of epoch 4 of issuer 0"},
                      UnreadableStatus{"status_lists", 0, "lists of issuer 0"},
                      UnreadableStatus{"next_change", 0, "next change of issuer 0"},
                      UnreadableStatus{"changes", 2, "changes of issuer 0"},
                      UnreadableStatus{"target_status", 33'000,
                                       "status of index 33000 of list 0 of issuer 0"},
                      UnreadableStatus{"status_tile", 2, "changes 0 to 3 of issuer 0"}),
    [](const auto& row) { return std::string(row.param.read); });

}  // namespace
}  // namespace kedge::node
