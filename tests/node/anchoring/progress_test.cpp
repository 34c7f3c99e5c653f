// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/progress.hpp"

#include <future>

#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "node/anchoring/log_writer.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/anchoring/test_log.hpp"
#include "tests/support/manual_clock.hpp"

namespace kedge::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ProgressTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = *make_memory_store(test::make_identity());
    log_ = *LogWriter::open(*store_, test::make_signer(), {.batch_max_size = 4});
    ASSERT_TRUE(log_->begin(clock_.unix_ms()));
    alice_ = *log_->ensure_issuer("did:example:alice");
    bob_ = *log_->ensure_issuer("did:example:bob");
    open({});
  }

  void open(ProgressOptions options) { progress_ = *Progress::open(*store_, clock_, options); }

  void accept(IssuerId issuer, std::size_t count) {
    ASSERT_TRUE(
        test::submit(*log_, *store_, issuer, test::items_of(next_, count), clock_.unix_ms()));
    next_ += count;
  }

  CheckpointRow seal() {
    const auto epoch = *log_->seal(clock_.unix_ms(), Hash{});
    progress_->sealed(epoch->issuers);
    return epoch->checkpoint;
  }

  /// Records it in the store and tells.
  AnchorRow anchor(const CheckpointRow& checkpoint, AnchorState state,
                   const std::string& ledger = "local") {
    const auto reader = store_->snapshot();
    if (!reader->anchor(ledger, checkpoint.epoch)) {
      AnchorRow intent;
      intent.ledger = ledger;
      intent.epoch = checkpoint.epoch;
      intent.size = checkpoint.size;
      intent.root = checkpoint.root;
      EXPECT_TRUE(store_->record_intent(intent));
    }
    const std::string record = state == AnchorState::intended
                                   ? ""
                                   : "{\"epoch\":" + std::to_string(checkpoint.epoch) + "}";
    EXPECT_TRUE(store_->record_state(ledger, checkpoint.epoch, state, record, clock_.unix_ms()));
    AnchorRow row = *store_->snapshot()->anchor(ledger, checkpoint.epoch);
    EXPECT_TRUE(progress_->anchored(row));
    return row;
  }

  std::string states(IssuerId issuer) const {
    std::string text;
    for (std::uint64_t position = 0; position < *store_->snapshot()->next_position(issuer);
         ++position) {
      text += state_name(progress_->state(issuer, position)).front();
    }
    return text;
  }

  std::future<Result<bool>> wait(IssuerId issuer, std::uint64_t position, CredentialState wanted,
                                 milliseconds timeout = seconds(30)) {
    auto promise = std::make_shared<std::promise<Result<bool>>>();
    std::future<Result<bool>> future = promise->get_future();
    const Status status = progress_->wait(
        {.issuer = issuer,
         .position = position,
         .wanted = wanted,
         .deadline = clock_.monotonic() + timeout,
         .callback = [promise](Result<bool> reached) { promise->set_value(std::move(reached)); }});
    if (!status) promise->set_value(status.error());
    return future;
  }

  static bool is_ready(const std::future<Result<bool>>& future) {
    return future.wait_for(milliseconds(30)) == std::future_status::ready;
  }

  test::ManualClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<LogWriter> log_;
  std::unique_ptr<Progress> progress_;
  IssuerId alice_ = 0;
  IssuerId bob_ = 0;
  std::uint64_t next_ = 0;
};

TEST_F(ProgressTest, StatesFollowSealsAndAnchors) {
  accept(alice_, 3);
  EXPECT_EQ(states(alice_), "aaa");
  const CheckpointRow one = seal();
  EXPECT_EQ(states(alice_), "sss");
  accept(alice_, 2);
  accept(bob_, 1);
  const CheckpointRow two = seal();
  accept(alice_, 1);
  EXPECT_EQ(states(alice_), "sssssa");
  anchor(one, AnchorState::mined);
  EXPECT_EQ(progress_->state(alice_, 2), CredentialState::anchored);
  EXPECT_EQ(progress_->state(alice_, 3), CredentialState::sealed);
  anchor(one, AnchorState::final);
  EXPECT_EQ(states(alice_), "fffssa");
  EXPECT_EQ(states(bob_), "s");
  anchor(two, AnchorState::final);
  EXPECT_EQ(states(alice_), "fffffa");
  EXPECT_EQ(states(bob_), "f");
}

TEST_F(ProgressTest, AgreesWithTheStoreAfterARestart) {
  std::vector<CheckpointRow> checkpoints;
  for (int i = 0; i < 9; ++i) {
    accept(alice_, 3);
    if (i % 2 == 0) accept(bob_, 2);
    checkpoints.push_back(seal());
  }
  accept(alice_, 2);
  anchor(checkpoints[2], AnchorState::final);
  anchor(checkpoints[5], AnchorState::mined);
  anchor(checkpoints[4], AnchorState::final, "other");
  for (int round = 0; round < 2; ++round) {
    const auto reader = store_->snapshot();
    for (const IssuerId issuer : {alice_, bob_}) {
      for (std::uint64_t position = 0; position < *reader->next_position(issuer); ++position) {
        EXPECT_EQ(progress_->state(issuer, position),
                  *credential_state(*reader, {.issuer = issuer, .position = position}))
            << issuer << "/" << position;
      }
    }
    open({});
  }
}

TEST_F(ProgressTest, TheReferenceIsTheNewestFinalAnchorsRecord) {
  EXPECT_EQ(progress_->anchor_ref(), Hash{});
  accept(alice_, 1);
  const CheckpointRow one = seal();
  accept(alice_, 1);
  const CheckpointRow two = seal();
  accept(alice_, 1);
  const CheckpointRow three = seal();
  anchor(one, AnchorState::mined);
  EXPECT_EQ(progress_->anchor_ref(), Hash{});
  const AnchorRow final_one = anchor(two, AnchorState::final, "other");
  const Hash ref = crypto::sha256(as_bytes(final_one.record));
  EXPECT_EQ(progress_->anchor_ref(), ref);
  anchor(one, AnchorState::final);
  EXPECT_EQ(progress_->anchor_ref(), ref) << "an older anchor changes nothing";
  anchor(three, AnchorState::mined, "other");
  open({});
  EXPECT_EQ(progress_->anchor_ref(), ref) << "found behind the one in flight";
}

TEST_F(ProgressTest, AReorganisationTakesAnchoredBack) {
  accept(alice_, 1);
  const CheckpointRow one = seal();
  accept(alice_, 1);
  const CheckpointRow two = seal();
  anchor(one, AnchorState::final);
  anchor(two, AnchorState::mined);
  EXPECT_EQ(progress_->state(alice_, 1), CredentialState::anchored);
  anchor(two, AnchorState::intended);
  EXPECT_EQ(progress_->state(alice_, 1), CredentialState::sealed);
  EXPECT_EQ(progress_->state(alice_, 0), CredentialState::final);
}

TEST_F(ProgressTest, AnAnchorMayBeToldBeforeItsSeal) {
  accept(alice_, 2);
  const auto epoch = *log_->seal(clock_.unix_ms(), Hash{});
  anchor(epoch->checkpoint, AnchorState::final);
  EXPECT_EQ(states(alice_), "ff");
  progress_->sealed(epoch->issuers);
  EXPECT_EQ(states(alice_), "ff");
}

TEST_F(ProgressTest, WaitsEndWhenTheStateIsReached) {
  accept(alice_, 2);
  auto accepted = wait(alice_, 1, CredentialState::accepted);
  auto sealed = wait(alice_, 1, CredentialState::sealed);
  auto later = wait(alice_, 2, CredentialState::sealed);
  auto other = wait(bob_, 0, CredentialState::sealed);
  auto last = wait(alice_, 0, CredentialState::final);
  EXPECT_TRUE(*accepted.get());
  EXPECT_FALSE(is_ready(sealed));
  const CheckpointRow one = seal();
  EXPECT_TRUE(*sealed.get());
  EXPECT_FALSE(is_ready(later));
  EXPECT_FALSE(is_ready(other));
  EXPECT_FALSE(is_ready(last));
  anchor(one, AnchorState::mined);
  EXPECT_FALSE(is_ready(last));
  anchor(one, AnchorState::final);
  EXPECT_TRUE(*last.get());
  EXPECT_EQ(progress_->waits(), 2U);
}

TEST_F(ProgressTest, AWaitForWhatIsReachedEndsAtOnce) {
  accept(alice_, 1);
  seal();
  EXPECT_TRUE(*wait(alice_, 0, CredentialState::sealed).get());
}

TEST_F(ProgressTest, WaitsEndAtTheirDeadline) {
  accept(alice_, 1);
  auto soon = wait(alice_, 0, CredentialState::sealed, milliseconds(100));
  auto late = wait(alice_, 0, CredentialState::sealed, milliseconds(5'000));
  clock_.advance(milliseconds(99));
  EXPECT_FALSE(is_ready(soon));
  clock_.advance(milliseconds(1));
  EXPECT_FALSE(*soon.get());
  EXPECT_FALSE(is_ready(late));
  EXPECT_EQ(progress_->waits(), 1U);
}

TEST_F(ProgressTest, WaitsAreBounded) {
  open({.max_waits = 2});
  auto one = wait(alice_, 0, CredentialState::final);
  auto two = wait(alice_, 1, CredentialState::final);
  const Result<bool> three = wait(alice_, 2, CredentialState::final).get();
  ASSERT_FALSE(three);
  EXPECT_EQ(three.error().code, Errc::too_busy);
}

TEST_F(ProgressTest, StoppingAnswersEverybody) {
  auto one = wait(alice_, 0, CredentialState::final);
  progress_->stop();
  EXPECT_EQ(one.get().error().code, Errc::unavailable);
  EXPECT_EQ(wait(alice_, 0, CredentialState::final).get().error().code, Errc::unavailable);
  progress_->stop();
}

}  // namespace
}  // namespace kedge::node
