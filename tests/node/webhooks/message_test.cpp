// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/message.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/rfc3339.hpp"
#include "tests/support/filled_store.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;
using test::FilledStore;

constexpr const char* kSchool = "did:example:school";
constexpr const char* kOther = "did:example:other";
constexpr const char* kOrigin = "log.example/kedge";

class MessageTest : public testing::Test {
 protected:
  MessageTest() : school_(filled_.add_issuer(kSchool)), other_(filled_.add_issuer(kOther)) {}

  void begin() { ASSERT_TRUE(begin_cursors(*filled_.snapshot(), subject_, ledgers_, state_)); }

  /// A batch of so many credentials of the school in an epoch of its own.
  CheckpointRow batch(std::uint32_t count) {
    filled_.accept(school_, count);
    return filled_.seal();
  }

  std::optional<WebhookMessage> next(std::uint64_t now_ms = 0) {
    const auto reader = filled_.snapshot();
    const auto delays = find_delays(*reader, ledgers_, rule_, now_ms);
    if (!delays) throw std::runtime_error(delays.error().message);
    auto message = next_message(*reader, subject_, state_, *delays, rule_);
    if (!message) throw std::runtime_error(message.error().message);
    return *std::move(message);
  }

  /// The next message, told.
  json told(std::uint64_t now_ms = 0) {
    const auto message = next(now_ms);
    if (!message) return nullptr;
    note_told(*message, state_);
    return json::parse(message->body);
  }

  FilledStore filled_;
  const IssuerId school_;
  const IssuerId other_;
  WebhookSubject subject_{.origin = kOrigin, .issuer = kSchool};
  std::vector<std::string> ledgers_ = {"embedded"};
  DelayRule rule_{.after_ms = 60'000, .since_ms = 0};
  WebhookState state_{.name = "a", .issuer = kSchool};
};

TEST_F(MessageTest, TellsABatchOnceALedgerHasItForGood) {
  begin();
  EXPECT_FALSE(next());
  filled_.accept(other_, 5);
  const CheckpointRow checkpoint = batch(3);
  EXPECT_FALSE(next());
  filled_.anchor();
  const auto message = next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->id.size(), 36U);
  EXPECT_EQ(next()->id, message->id) << "until it has arrived it is the same";
  EXPECT_EQ(next()->body, message->body);
  const auto reader = filled_.snapshot();
  const BatchRow row = *reader->batch_of(school_, 0);
  const std::string time = crypto::format_rfc3339(checkpoint.time_ms);
  const json wanted = {{"type", "batch.final"},
                       {"timestamp", time},
                       {"data",
                        {{"log", kOrigin},
                         {"issuer", kSchool},
                         {"ledger", "embedded"},
                         {"anchor",
                          {{"epoch", checkpoint.epoch},
                           {"size", checkpoint.size},
                           {"root", crypto::to_hex(checkpoint.root)},
                           {"time", time}}},
                         {"batches",
                          {{{"log_index", row.log_index},
                            {"first_position", 0},
                            {"count", 3},
                            {"epoch", checkpoint.epoch},
                            {"time", time}}}}}}};
  EXPECT_EQ(json::parse(message->body), wanted);
  note_told(*message, state_);
  EXPECT_FALSE(next());
}

TEST_F(MessageTest, HasNothingOfAnyCredential) {
  begin();
  batch(2);
  filled_.anchor();
  const std::string body = next()->body;
  const Bytes leaves = *filled_.snapshot()->leaves(school_, 0, 2);
  for (std::uint64_t position = 0; position < 2; ++position) {
    EXPECT_EQ(body.find(crypto::to_hex(FilledStore::digest(school_, position))), std::string::npos);
    const auto salt = ByteView(leaves).subspan(position * LeafEntry::kSize + 1, 16);
    EXPECT_EQ(body.find(crypto::to_hex(salt)), std::string::npos);
  }
  EXPECT_EQ(body.find(crypto::to_hex(filled_.snapshot()->batch_of(school_, 0)->root)),
            std::string::npos);
}

TEST_F(MessageTest, OneAnchorIsOneMessageWithABound) {
  begin();
  for (std::size_t i = 0; i < kMaxBatchesTold + 5; ++i) batch(1);
  filled_.anchor();
  batch(1);
  filled_.anchor();
  const json first = told();
  EXPECT_EQ(first["data"]["batches"].size(), kMaxBatchesTold);
  const json second = told();
  EXPECT_EQ(second["data"]["batches"].size(), 5U);
  EXPECT_EQ(second["data"]["anchor"], first["data"]["anchor"]);
  EXPECT_EQ(second["data"]["batches"][0]["first_position"], kMaxBatchesTold);
  const json third = told();
  EXPECT_EQ(third["data"]["batches"].size(), 1U);
  EXPECT_NE(third["data"]["anchor"], first["data"]["anchor"]);
  EXPECT_EQ(told(), nullptr);
}

TEST_F(MessageTest, AMessageDoesNotGrowWhileItIsTriedAgain) {
  begin();
  batch(1);
  filled_.anchor();
  const auto before = next();
  batch(1);
  filled_.anchor();
  EXPECT_EQ(next()->body, before->body);
  EXPECT_EQ(next()->id, before->id);
}

TEST_F(MessageTest, EveryLedgerHasMessagesOfItsOwn) {
  ledgers_ = {"embedded", "chain"};
  begin();
  batch(1);
  filled_.anchor(AnchorState::final, "chain");
  filled_.anchor(AnchorState::mined, "embedded");
  const auto chain = next();
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->ledger, "chain");
  note_told(*chain, state_);
  EXPECT_FALSE(next()) << "mined is not final";
}

TEST_F(MessageTest, IdsDifferByWhatTheyAreAbout) {
  ledgers_ = {"embedded", "chain"};
  begin();
  batch(1);
  filled_.anchor(AnchorState::final, "chain");
  filled_.anchor(AnchorState::final, "embedded");
  std::set<std::string> ids;
  for (int i = 0; i < 2; ++i) {
    const auto message = next();
    ASSERT_TRUE(message);
    ids.insert(message->id);
    note_told(*message, state_);
  }
  state_ = {.name = "a", .issuer = kSchool};
  state_.cursor("embedded").position = 0;
  subject_.origin = "other.example/log";
  ids.insert(next()->id);
  EXPECT_EQ(ids.size(), 3U);
}

TEST_F(MessageTest, HistoryIsNotToldAndWhatIsUnderWayIs) {
  batch(2);
  filled_.anchor();
  batch(3);
  filled_.accept(school_, 4);
  begin();
  EXPECT_EQ(state_.cursor("embedded").position, 2U);
  EXPECT_FALSE(next());
  filled_.seal();
  filled_.anchor();
  EXPECT_EQ(told()["data"]["batches"].size(), 2U);
}

TEST_F(MessageTest, AnIssuerThatIsMadeLaterIsToldFromItsBeginning) {
  batch(1);
  filled_.anchor();
  subject_.issuer = "did:example:new";
  begin();
  EXPECT_FALSE(next());
  const IssuerId made = filled_.add_issuer("did:example:new");
  filled_.accept(made, 1);
  filled_.seal();
  filled_.anchor();
  EXPECT_EQ(told()["data"]["issuer"], "did:example:new");
}

TEST_F(MessageTest, TellsADelayOnceAndItsEnd) {
  begin();
  filled_.anchor();
  const CheckpointRow late = batch(1);
  EXPECT_FALSE(next(late.time_ms + 60'000));
  const auto message = next(late.time_ms + 60'001);
  ASSERT_TRUE(message);
  const json delayed = told(late.time_ms + 60'001);
  EXPECT_EQ(delayed["type"], "anchor.delayed");
  EXPECT_EQ(delayed["timestamp"], crypto::format_rfc3339(late.time_ms + 60'000));
  EXPECT_EQ(delayed["data"]["ledger"], "embedded");
  EXPECT_EQ(delayed["data"]["checkpoint"]["epoch"], late.epoch);
  EXPECT_EQ(delayed["data"]["checkpoint"]["root"], crypto::to_hex(late.root));
  EXPECT_FALSE(next(late.time_ms + 900'000)) << "once";
  // Another run begins later: that is no end.
  rule_.since_ms = late.time_ms + 900'000;
  EXPECT_FALSE(next(late.time_ms + 900'001));
  rule_.since_ms = 0;

  const CheckpointRow newest = batch(1);
  filled_.anchor(AnchorState::mined);
  const json over = told(newest.time_ms + 1);
  EXPECT_EQ(over["type"], "anchor.resumed");
  EXPECT_EQ(over["data"]["checkpoint"], delayed["data"]["checkpoint"]);
  EXPECT_EQ(over["data"]["anchor"]["epoch"], newest.epoch);
  EXPECT_FALSE(next(newest.time_ms + 1));
}

TEST_F(MessageTest, NobodyWaitsForANodeThatIsNotRunning) {
  begin();
  filled_.anchor();
  const CheckpointRow late = batch(1);
  rule_.since_ms = late.time_ms + 1'000'000;
  EXPECT_FALSE(next(late.time_ms + 1'060'000));
  EXPECT_TRUE(next(late.time_ms + 1'060'001));
  // A clock that has gone back.
  EXPECT_FALSE(next(late.time_ms - 1));
}

TEST_F(MessageTest, ADelayThatEndsBeforeItIsToldIsNotTold) {
  begin();
  filled_.anchor();
  const CheckpointRow late = batch(1);
  ASSERT_TRUE(next(late.time_ms + 100'000));
  filled_.anchor(AnchorState::mined);
  EXPECT_FALSE(next(late.time_ms + 100'000));
}

TEST_F(MessageTest, AnAnchorThatWaitsInNoBlockIsADelay) {
  begin();
  filled_.anchor();
  const CheckpointRow late = batch(1);
  filled_.anchor(AnchorState::intended);
  EXPECT_EQ(told(late.time_ms + 60'001)["data"]["checkpoint"]["epoch"], late.epoch);
}

TEST_F(MessageTest, TellsOnlyWhatIsAskedFor) {
  subject_.delays = false;
  begin();
  filled_.anchor();
  const CheckpointRow late = batch(1);
  EXPECT_FALSE(next(late.time_ms + 100'000));
  filled_.anchor();
  EXPECT_TRUE(next());
  subject_ = {.origin = kOrigin, .issuer = kSchool, .batches = false, .delays = true};
  begin();
  EXPECT_FALSE(state_.cursor("embedded").position);
  EXPECT_FALSE(next());
  // Asked for again, it begins anew.
  subject_.batches = true;
  begin();
  EXPECT_EQ(state_.cursor("embedded").position, 1U);
}

}  // namespace
}  // namespace kedge::node
