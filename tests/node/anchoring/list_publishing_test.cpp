// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/list_publishing.hpp"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "tests/node/status/list_fixture.hpp"
#include "tests/support/filled_store.hpp"
#include "tests/support/manual_clock.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

constexpr std::string_view kOrigin = "log.example/kedge";

crypto::NoteSigner log_signer() {
  return *crypto::NoteSigner::create(
      std::string(kOrigin), *crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, Bytes(32, 7)));
}

/// A log with a list in it, a sequencer on it, and the thread that publishes.
class ListPublishingTest : public testing::Test {
 protected:
  ListPublishingTest() {
    issuer_ = filled_.add_issuer("did:example:university");
    filled_.accept(issuer_, 1);
    filled_.seal();
    filled_.allocate(issuer_, 1, kMinListEntries, 1);
    clock_.set_unix_ms(FilledStore::kFirstTimeMs + 86'400'000);
    progress_ = *Progress::open(filled_.store(), clock_, {});
    SequencerEvents events;
    events.sealed = [this](const CheckpointRow&) {
      if (ListPublishing* const publishing = woken_) publishing->wake();
    };
    sequencer_ =
        *Sequencer::open(filled_.store(), log_signer(), clock_, *progress_, {}, std::move(events));
    EXPECT_TRUE(sequencer_->start());
    PublisherOptions options;
    options.base_url = "https://a.example";
    options.ebsi_schema = "https://a.example/schema";
    options.publish_interval_ms = 0;
    ListPublisher publisher(filled_.store(), options, [this](const IssuerRow&) { return key(); });
    ListPublishingEvents told;
    told.published = [this](std::size_t lists) { published_ += lists; };
    told.trouble = [this](const Error&) { ++troubles_; };
    told.failed = [](const Error& error) { ADD_FAILURE() << error.message; };
    publishing_ = std::make_unique<ListPublishing>(
        std::move(publisher), *sequencer_, clock_,
        ListPublishingOptions{.own_issuer = own_issuer_name(kOrigin), .call_items = 3}, told);
    woken_ = publishing_.get();
  }

  ~ListPublishingTest() override {
    publishing_->stop();
    sequencer_->stop();
    progress_->stop();
  }

  Result<std::shared_ptr<const ListSigner>> key() const {
    if (!has_key_) return Error{Errc::not_found, "no key"};
    return std::make_shared<const ListSigner>(list_signer(crypto::KeyType::p256));
  }

  /// Waits in real time for what another thread does.
  template <class Condition>
  static bool eventually(Condition holds) {
    for (int i = 0; i < 10'000; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  void seal() {
    std::promise<bool> done;
    sequencer_->seal([&done](Result<SealResult> result) { done.set_value(result.has_value()); });
    EXPECT_TRUE(done.get_future().get());
  }

  std::uint64_t own_credentials() {
    const auto reader = filled_.snapshot();
    const auto row = reader->issuer_by_name("urn:kedge:log:log.example/kedge");
    return row ? *reader->next_position(row->id) : 0;
  }

  FilledStore filled_;
  ManualClock clock_;
  IssuerId issuer_ = 0;
  std::atomic<bool> has_key_ = true;
  std::atomic<std::size_t> published_ = 0;
  std::atomic<int> troubles_ = 0;
  std::atomic<ListPublishing*> woken_ = nullptr;
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<Sequencer> sequencer_;
  std::unique_ptr<ListPublishing> publishing_;
};

TEST_F(ListPublishingTest, WhatIsPublishedIsInTheLogAtTheNextEpoch) {
  publishing_->start();
  ASSERT_TRUE(eventually([&] { return own_credentials() == kListEncodings; }));
  EXPECT_EQ(published_, 1U);
  seal();
  const auto reader = filled_.snapshot();
  const auto own = reader->issuer_by_name(own_issuer_name(kOrigin));
  ASSERT_TRUE(own);
  for (std::uint8_t encoding = 0; encoding < kListEncodings; ++encoding) {
    const auto row = reader->published(issuer_, 1, encoding);
    ASSERT_TRUE(row);
    const auto digest =
        crypto::credential_digest(list_profile(static_cast<ListEncoding>(encoding)), row->document);
    const auto where = reader->locate(*digest);
    ASSERT_EQ(where->size(), 1U);
    EXPECT_EQ(where->front().issuer, own->id);
    EXPECT_TRUE(reader->batch_of(own->id, where->front().position)) << "sealed";
  }
  // The epoch of the digests is no reason to publish again.
  ASSERT_TRUE(eventually([&] { return own_credentials() == kListEncodings; }));
  EXPECT_EQ(published_, 1U);
  EXPECT_EQ(troubles_, 0);
}

TEST_F(ListPublishingTest, TellsATroubleOnceAndGoesOn) {
  has_key_ = false;
  publishing_->start();
  ASSERT_TRUE(eventually([&] { return troubles_ == 1; }));
  for (int i = 0; i < 3; ++i) publishing_->wake();
  clock_.advance(std::chrono::seconds(11));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(troubles_, 1);
  has_key_ = true;
  publishing_->wake();
  EXPECT_TRUE(eventually([&] { return own_credentials() == kListEncodings; }));
  publishing_->stop();
  publishing_->stop();
  publishing_->wake();
}

}  // namespace
}  // namespace kedge::test
