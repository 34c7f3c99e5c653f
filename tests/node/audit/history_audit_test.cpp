// SPDX-License-Identifier: Apache-2.0
#include "tests/node/audit/dishonest_node.hpp"

namespace kedge::node {
namespace {

using Faults = std::vector<std::string>;

bool has(const Faults& faults, const std::string& fault) {
  return std::find(faults.begin(), faults.end(), fault) != faults.end();
}

TEST(HistoryAudit, AnHonestNodeIsClean) {
  DishonestNode node;
  EXPECT_EQ(node.faults(), Faults{});
  node.seal();
  EXPECT_EQ(node.faults(), Faults{"log-shortened checkpoint"}) << "anchored, not yet published";
  node.publish();
  EXPECT_EQ(node.faults(), Faults{});
}

/// Entry 2 + 2n is the batch of anchor n + 1, the entry after it the epoch.
TEST(HistoryAudit, DroppedEntry) {
  DishonestNode node;
  node.entries_.erase(node.entries_.begin() + 6, node.entries_.begin() + 8);
  node.publish();
  const Faults faults = node.faults();
  EXPECT_TRUE(has(faults, "entry entry 6")) << "a gap in the issuer's sequence";
  EXPECT_TRUE(has(faults, "anchor-unknown anchor 3"));
  EXPECT_TRUE(has(faults, "log-shortened checkpoint"));
}

TEST(HistoryAudit, ChangedLeaf) {
  DishonestNode node;
  node.entries_[4][100] ^= 1;
  EXPECT_TRUE(has(node.faults(), "log-root checkpoint")) << "under the old signature";
  node.publish();
  const Faults faults = node.faults();
  EXPECT_FALSE(has(faults, "log-root checkpoint"));
  EXPECT_TRUE(has(faults, "anchor-unknown anchor 2")) << "under a new one";
  EXPECT_TRUE(has(faults, "entry entry 6")) << "the next entry's prev";
}

TEST(HistoryAudit, ReorderedEntries) {
  DishonestNode node;
  std::swap(node.entries_[4], node.entries_[6]);
  node.publish();
  const Faults faults = node.faults();
  EXPECT_TRUE(has(faults, "entry entry 4"));
  EXPECT_TRUE(has(faults, "anchor-unknown anchor 2"));
}

TEST(HistoryAudit, BackdatedEntry) {
  DishonestNode node;
  // The whole epoch says that it is three hours older; so that times do not decrease, the clock of
  // the log has stood still before.
  DishonestNode slow;
  slow.time_ -= 3 * kHour;
  slow.add_batch();
  slow.add_epoch();
  slow.time_ += 4 * kHour;
  slow.anchor();
  slow.publish();
  const Faults faults = slow.faults();
  EXPECT_TRUE(has(faults, "backdated entry 14"));
  EXPECT_TRUE(has(faults, "entry entry 14")) << "time order";
  // An entry that is younger than the block that has it.
  node.time_ += 2 * kHour;
  node.add_batch();
  node.add_epoch();
  node.time_ -= 2 * kHour;
  node.anchor();
  node.publish();
  EXPECT_EQ(node.faults(), (Faults{"backdated entry 14", "backdated entry 15"}));
}

TEST(HistoryAudit, AStoppedClockIsBackdating) {
  DishonestNode node;
  const std::uint64_t stopped = node.time_;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t now = stopped + static_cast<std::uint64_t>(i + 1) * kHour;
    node.time_ = stopped;
    node.add_batch();
    node.add_epoch();
    node.time_ = now;
    node.anchor();
  }
  node.publish();
  EXPECT_EQ(node.faults(), (Faults{"backdated entry 18", "backdated entry 19"}));
}

TEST(HistoryAudit, ForkedCheckpoint) {
  DishonestNode node;
  node.note_ = *signer().sign(crypto::format_checkpoint({kOrigin, node.entries_.size(), Hash{1}}));
  EXPECT_EQ(node.faults(), Faults{"log-root checkpoint"});
}

TEST(HistoryAudit, CheckpointsThatOthersHold) {
  DishonestNode node;
  const std::string first = node.note_;
  node.seal();
  node.publish();
  const auto sign = [](std::uint64_t size, const Hash& root, std::uint8_t seed = 7) {
    return *signer(seed).sign(crypto::format_checkpoint({kOrigin, size, root}));
  };
  node.held_ = {first, node.note_};
  EXPECT_EQ(node.faults(), Faults{});
  node.held_ = {first, sign(14, Hash{1}), sign(9, Hash{2})};
  EXPECT_EQ(node.faults(), (Faults{"forked held checkpoint 2", "forked held checkpoint 1"}));
  node.held_ = {sign(17, Hash{1})};
  EXPECT_EQ(node.faults(), Faults{"log-shortened held checkpoint 0"});
  node.held_ = {sign(14, Hash{1}, 8)};
  EXPECT_EQ(node.faults(), Faults{"checkpoint held checkpoint 0"}) << "anybody could have made it";
}

TEST(HistoryAudit, CheckpointOfSomebodyElse) {
  DishonestNode node;
  node.publish(8);
  EXPECT_EQ(node.faults(), Faults{"checkpoint checkpoint"});
  node.note_ = "no note";
  EXPECT_EQ(node.faults(), Faults{"checkpoint checkpoint"});
}

TEST(HistoryAudit, GapInAnIssuersSequence) {
  DishonestNode node;
  node.issuer_.next_issuer_seq += 1;
  node.seal();
  node.publish();
  EXPECT_EQ(node.faults(), Faults{"entry entry 14"});
}

TEST(HistoryAudit, StaleDirectory) {
  DishonestNode node;
  const DirectoryRecord before = node.issuer_;
  node.time_ += kHour;
  node.add_batch();
  const DirectoryRecord after = node.issuer_;
  node.issuer_ = before;
  node.add_epoch();
  node.issuer_ = after;
  node.anchor();
  node.publish();
  EXPECT_EQ(node.faults(), Faults{"entry entry 15"});
}

TEST(HistoryAudit, AnchorOmittedByTheEndpoint) {
  for (std::size_t omitted = 0; omitted < 6; ++omitted) {
    DishonestNode node;
    node.events_.erase(node.events_.begin() + static_cast<std::ptrdiff_t>(omitted));
    const Faults faults = node.faults();
    ASSERT_EQ(faults.size(), 1U) << omitted;
    EXPECT_EQ(faults[0], omitted == 5 ? "anchor-omitted head"
                                      : "anchor-omitted anchor " + std::to_string(omitted + 1));
  }
  DishonestNode node;
  node.events_.clear();
  EXPECT_EQ(node.faults(), Faults{"anchor-omitted head"});
}

TEST(HistoryAudit, EventsThatContradictTheState) {
  DishonestNode node;
  node.events_[5].root = Hash{1};
  EXPECT_EQ(node.faults(), (Faults{"anchor-history anchor 6", "anchor-unknown anchor 6"}));
  DishonestNode swapped;
  std::swap(swapped.events_[2], swapped.events_[3]);
  EXPECT_TRUE(has(swapped.faults(), "anchor-history anchor 3"));
}

TEST(HistoryAudit, AnchorOfAnUnknownRoot) {
  DishonestNode node;
  node.anchor(Hash{1}, node.entries_.size());
  EXPECT_EQ(node.faults(), Faults{"anchor-unknown anchor 7"});
  node.anchor(node.root(), 10);
  EXPECT_TRUE(has(node.faults(), "anchor-history anchor 8")) << "a size that shrinks";
}

TEST(HistoryAudit, AnUnreadableEntry) {
  DishonestNode node;
  node.entries_[4][0] = 9;
  node.publish();
  EXPECT_TRUE(has(node.faults(), "entry entry 4"));
}

TEST(HistoryAudit, ASourceThatEndsIsNoVerdict) {
  DishonestNode node;
  node.entries_.resize(9);
  EXPECT_EQ(node.faults(), Faults{"error: no such entries"});
}

}  // namespace
}  // namespace kedge::node
