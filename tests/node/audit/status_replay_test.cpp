// SPDX-License-Identifier: Apache-2.0
#include "node/audit/status_replay.hpp"

#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

using enum StatusValue;

constexpr std::uint64_t kStart = 1'767'225'600'000;
constexpr std::uint64_t kListSize = 131'072;

StatusChange change(std::uint32_t list, std::uint64_t index, StatusValue before, StatusValue after,
                    std::uint64_t time_ms) {
  return {.target = {.list = list, .index = index},
          .before = before,
          .after = after,
          .time_ms = time_ms};
}

/// What a node shows of one status entry.
struct Shown {
  std::uint64_t time_ms = 0;
  std::uint64_t credentials = 0;
  std::vector<StatusChange> changes;
  std::vector<ListRecord> lists;
};

Hash naive_bits_root(const std::map<StatusTarget, StatusValue>& values, std::uint32_t list,
                     std::uint64_t size) {
  std::map<std::uint64_t, Hash> chunks;
  for (const auto& [target, value] : values) {
    if (target.list != list || target.index >= size) continue;
    std::uint8_t& octet = chunks[target.index / 128][target.index % 128 / 4];
    octet =
        static_cast<std::uint8_t>(octet | static_cast<unsigned>(value) << (2 * (target.index % 4)));
  }
  std::vector<Hash> leaves((size + 127) / 128, crypto::leaf_hash(Hash{}));
  for (const auto& [number, chunk] : chunks) leaves[number] = crypto::leaf_hash(chunk);
  return crypto::tree_root(leaves);
}

/// A node that tells the truth about whatever it has done, a lie included: its roots are those of
/// what it shows.
class Node {
 public:
  /// `cheat` may change what is shown before the roots are made.
  Shown entry(std::uint64_t time_ms, std::uint64_t credentials, std::vector<StatusChange> changes,
              std::vector<std::uint32_t> published = {}) {
    for (const StatusChange& each : changes) values_[each.target] = each.after;
    Shown shown{
        .time_ms = time_ms, .credentials = credentials, .changes = std::move(changes), .lists = {}};
    shown.lists.push_back({.list = kRegister,
                           .size = credentials,
                           .bits_root = naive_bits_root(values_, kRegister, credentials)});
    for (const std::uint32_t list : published) {
      shown.lists.push_back({.list = list,
                             .size = kListSize,
                             .bits_root = naive_bits_root(values_, list, kListSize)});
    }
    return shown;
  }

  std::map<StatusTarget, StatusValue> values_;
};

StatusEntry entry_of(const Shown& shown) {
  StatusEntry entry;
  entry.time_ms = shown.time_ms;
  entry.change_count = static_cast<std::uint32_t>(shown.changes.size());
  entry.changes_root = changes_root(shown.changes);
  std::vector<Hash> records;
  for (const ListRecord& record : shown.lists) {
    records.push_back(crypto::leaf_hash(encode_list_record(record)));
  }
  entry.status_root = crypto::tree_root(records);
  return entry;
}

class StatusReplayTest : public ::testing::Test {
 protected:
  std::vector<std::string> apply(const Shown& shown) { return apply(shown, entry_of(shown)); }
  std::vector<std::string> apply(const Shown& shown, const StatusEntry& entry) {
    return replay_.apply(entry, shown.credentials, shown.changes, shown.lists);
  }

  void expect_fault(const std::vector<std::string>& faults, std::string_view part) {
    for (const std::string& fault : faults) {
      if (fault.find(part) != std::string::npos) return;
    }
    ADD_FAILURE() << "no fault says: " << part;
    for (const std::string& fault : faults) ADD_FAILURE() << "but: " << fault;
  }

  /// A history of two entries before the one that a test is about: 5 is revoked, 6 suspended, and
  /// index 77 of list 1 revoked.
  void begin() {
    EXPECT_TRUE(apply(node_.entry(kStart, 10, {change(0, 5, valid, revoked, kStart - 5)})).empty());
    EXPECT_TRUE(apply(node_.entry(kStart + 100, 300,
                                  {change(0, 6, valid, suspended, kStart + 10),
                                   change(1, 77, valid, revoked, kStart + 10)},
                                  {1}))
                    .empty());
  }

  Node node_;
  StatusReplay replay_;
};

TEST_F(StatusReplayTest, AnHonestHistoryHasNoFaults) {
  begin();
  EXPECT_EQ(replay_.next_change(), 3U);
  EXPECT_EQ(replay_.value({.list = kRegister, .index = 5}), revoked);
  EXPECT_EQ(replay_.value({.list = 1, .index = 77}), revoked);
  EXPECT_EQ(replay_.value({.list = 2, .index = 0}), valid);
  const auto faults = apply(node_.entry(
      kStart + 200, 5'000,
      {change(0, 6, suspended, valid, kStart + 150), change(0, 6, valid, revoked, kStart + 150),
       change(0, 4'999, valid, revoked, kStart + 200)},
      {1}));
  EXPECT_TRUE(faults.empty()) << faults.front();
  EXPECT_EQ(replay_.value({.list = kRegister, .index = 6}), revoked);
  EXPECT_EQ(replay_.next_change(), 6U);
}

TEST_F(StatusReplayTest, RandomHonestHistories) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::uint64_t size = 1;
  std::uint64_t now = kStart;
  for (int round = 0; round < 60; ++round) {
    size += random() % 700;
    std::vector<StatusChange> changes;
    std::map<StatusTarget, StatusValue> values = node_.values_;
    for (std::size_t i = random() % 30 + 1; i > 0; --i) {
      const StatusTarget target{.list = static_cast<std::uint32_t>(random() % 3),
                                .index = random() % size};
      const auto after = static_cast<StatusValue>(random() % 3);
      if (!may_change(values[target], after)) continue;
      now += random() % 3;
      changes.push_back(change(target.list, target.index, values[target], after, now));
      values[target] = after;
    }
    if (changes.empty()) continue;
    const auto faults = apply(node_.entry(now += random() % 10, size, changes, {1, 2}));
    ASSERT_TRUE(faults.empty()) << faults.front();
    for (const auto& [target, value] : node_.values_) ASSERT_EQ(replay_.value(target), value);
  }
}

TEST_F(StatusReplayTest, ARevocationCannotBeUndone) {
  begin();
  const auto openly =
      apply(node_.entry(kStart + 200, 300, {change(0, 5, revoked, valid, kStart + 150)}, {1}));
  expect_fault(openly, "undoes a revocation");
  EXPECT_EQ(replay_.value({.list = kRegister, .index = 5}), revoked);
}

TEST_F(StatusReplayTest, AChangeBeginsAtTheValueBefore) {
  begin();
  // As if it had never been revoked.
  const auto faults =
      apply(node_.entry(kStart + 200, 300, {change(0, 5, valid, suspended, kStart + 150)}, {1}));
  expect_fault(faults, "begins at `valid`, but the entry is `revoked`");
  expect_fault(faults, "bits_root of list 0");
}

TEST_F(StatusReplayTest, NothingChangesWithoutAChange) {
  begin();
  node_.values_[{.list = kRegister, .index = 9}] = revoked;
  node_.values_[{.list = kRegister, .index = 5}] = valid;
  const auto faults =
      apply(node_.entry(kStart + 200, 300, {change(0, 6, suspended, valid, kStart + 150)}, {1}));
  ASSERT_EQ(faults.size(), 1U);
  expect_fault(faults, "bits_root of list 0 is not what the changes so far lead to");
}

TEST_F(StatusReplayTest, ChangesAreThoseOfTheEntry) {
  begin();
  const Shown shown = node_.entry(
      kStart + 200, 300,
      {change(0, 1, valid, revoked, kStart + 150), change(0, 2, valid, revoked, kStart + 150)},
      {1});
  const StatusEntry entry = entry_of(shown);
  const auto check = [&](const std::function<void(Shown&)>& cheat, std::string_view part) {
    StatusReplay fresh = replay_;
    Shown lie = shown;
    cheat(lie);
    expect_fault(fresh.apply(entry, lie.credentials, lie.changes, lie.lists), part);
  };
  check([](Shown& s) { s.changes.pop_back(); }, "change_count is 2, but there are 1");
  check([](Shown& s) { std::swap(s.changes[0], s.changes[1]); }, "changes_root");
  check([](Shown& s) { s.changes[0].time_ms += 1; }, "changes_root");
  check([](Shown& s) { s.lists[0].bits_root = Hash{}; }, "status_root");
  check([](Shown& s) { s.lists[1].size += 1; }, "status_root");
  check([](Shown& s) { s.lists.clear(); }, "register");
  check([](Shown& s) { std::swap(s.lists[0], s.lists[1]); }, "register");
  EXPECT_TRUE(apply(shown).empty());
}

TEST_F(StatusReplayTest, TimesStayBetweenTheEntries) {
  begin();
  StatusReplay before = replay_;
  const Node honest = node_;
  expect_fault(
      apply(node_.entry(kStart + 200, 300, {change(0, 1, valid, revoked, kStart + 99)}, {1})),
      "is dated before");
  replay_ = before;
  node_ = honest;
  expect_fault(
      apply(node_.entry(kStart + 200, 300, {change(0, 1, valid, revoked, kStart + 201)}, {1})),
      "is dated after its entry");
  replay_ = before;
  node_ = honest;
  expect_fault(apply(node_.entry(kStart + 200, 300,
                                 {change(0, 1, valid, revoked, kStart + 150),
                                  change(0, 2, valid, revoked, kStart + 149)},
                                 {1})),
               "is dated before");
}

TEST_F(StatusReplayTest, ListsKeepTheirSizesAndStay) {
  begin();
  const StatusReplay before = replay_;
  const Shown honest =
      node_.entry(kStart + 200, 300, {change(0, 1, valid, revoked, kStart + 150)}, {1});
  const auto check = [&](const std::function<void(Shown&)>& cheat, std::string_view part) {
    replay_ = before;
    Shown lie = honest;
    cheat(lie);
    expect_fault(apply(lie), part);
  };
  check([](Shown& s) { s.lists.pop_back(); }, "list 1 has vanished");
  check([](Shown& s) { s.lists[1].size = 2 * kListSize; }, "list 1 has another size");
  check([](Shown& s) { s.lists[1].size = 10; }, "list 1");
  check([](Shown& s) { s.lists[0].size = 301; }, "the register has 301 entries");
  check([](Shown& s) { s.lists[0].size = ~std::uint64_t{0}; }, "list 0");
  check([](Shown& s) { s.changes[0].target.list = 3; }, "is of an entry that is not there");
  check([](Shown& s) { s.changes[0].target.index = 300; }, "is of an entry that is not there");
  check([](Shown& s) { s.lists.push_back(s.lists[1]); }, "follows list");
}

TEST_F(StatusReplayTest, ALieIsJudgedOnceAndWhatFollowsByWhatWasShown) {
  begin();
  node_.values_[{.list = kRegister, .index = 9}] = revoked;
  EXPECT_FALSE(
      apply(node_.entry(kStart + 200, 300, {change(0, 1, valid, revoked, kStart + 150)}, {1}))
          .empty());
  node_.values_[{.list = kRegister, .index = 9}] = valid;
  EXPECT_TRUE(
      apply(node_.entry(kStart + 300, 300, {change(0, 2, valid, revoked, kStart + 250)}, {1}))
          .empty());
}

}  // namespace
}  // namespace kedge::node
