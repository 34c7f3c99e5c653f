// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "node/anchoring/sequencer.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/anchoring/test_log.hpp"
#include "tests/support/manual_clock.hpp"

namespace kedge::node {

inline constexpr std::string_view kAlice = "did:example:alice";
inline constexpr std::string_view kBob = "did:example:bob";

/// Blocks appends until told, so that a test can fill the queue.
class GateStore final : public Store {
 public:
  explicit GateStore(Store& inner) : inner_(inner) {}
  void close() { gate_.lock(); }
  void open() { gate_.unlock(); }

  const StoreIdentity& identity() const override { return inner_.identity(); }
  std::unique_ptr<StoreReader> snapshot() const override { return inner_.snapshot(); }
  Status checkpoint(const std::filesystem::path& folder) const override {
    return inner_.checkpoint(folder);
  }
  Result<std::vector<std::optional<Location>>> locate_many(
      IssuerId issuer, std::span<const Hash> digests) const override {
    return inner_.locate_many(issuer, digests);
  }
  Result<IssuerRow> add_issuer(std::string_view name) override { return inner_.add_issuer(name); }
  Status append(std::span<const Run> runs) override {
    const std::lock_guard lock(gate_);
    return inner_.append(runs);
  }
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
  std::mutex gate_;
};

class SequencerTest : public ::testing::Test {
 protected:
  void TearDown() override {
    if (sequencer_) sequencer_->stop();
    EXPECT_EQ(test::audit_log(*store_->snapshot()), "");
  }

  void open(Store& store, SequencerOptions options = {}) {
    shut();
    progress_ = *Progress::open(store, clock_, {});
    SequencerEvents events;
    events.sealed = [this](const CheckpointRow& row) {
      const std::lock_guard lock(mutex_);
      promises_.checkpoints.push_back(row);
    };
    events.failed = [this](const Error&) { ++failures_; };
    events.record_head = record_head_;
    auto opened =
        Sequencer::open(store, test::make_signer(), clock_, *progress_, options, std::move(events));
    ASSERT_TRUE(opened) << opened.error().message;
    sequencer_ = *std::move(opened);
  }

  void start(Store& store, SequencerOptions options = {}) {
    open(store, options);
    const Status started = sequencer_->start();
    ASSERT_TRUE(started) << started.error().message;
    for (const std::string_view issuer : {kAlice, kBob}) ASSERT_TRUE(add_issuer(issuer));
  }
  void start(SequencerOptions options = {}) { start(*store_, options); }

  void shut() {
    sequencer_.reset();
    progress_.reset();
  }

  Result<IssuerId> add_issuer(std::string_view name) {
    std::promise<Result<IssuerId>> answer;
    sequencer_->add_issuer(std::string(name),
                           [&](Result<IssuerId> id) { answer.set_value(std::move(id)); });
    return answer.get_future().get();
  }

  std::future<Result<SubmitResult>> send(std::string_view issuer, std::vector<SubmitItem> items) {
    auto answer = std::make_shared<std::promise<Result<SubmitResult>>>();
    auto future = answer->get_future();
    sequencer_->submit({.issuer = std::string(issuer), .items = std::move(items)},
                       [answer](Result<SubmitResult> r) { answer->set_value(std::move(r)); });
    return future;
  }

  Result<SubmitResult> submit(std::string_view issuer, std::uint64_t first, std::size_t count) {
    return send(issuer, test::items_of(first, count)).get();
  }

  Result<SealResult> seal() {
    std::promise<Result<SealResult>> answer;
    sequencer_->seal([&](Result<SealResult> r) { answer.set_value(std::move(r)); });
    return answer.get_future().get();
  }

  void await(const std::function<bool()>& condition) {
    for (int i = 0; i < 2'000 && !condition(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_TRUE(condition());
  }

  test::ManualClock clock_;
  std::unique_ptr<Store> store_ = *make_memory_store(test::make_identity());
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<Sequencer> sequencer_;
  std::mutex mutex_;
  test::Promises promises_;
  std::atomic<int> failures_{0};
  /// Of the next one that is opened.
  std::function<Result<Hash>()> record_head_;
};

}  // namespace kedge::node
