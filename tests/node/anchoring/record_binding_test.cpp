// SPDX-License-Identifier: Apache-2.0
// The head of the record of what was done is in every epoch.
#include "crypto/sha256.hpp"
#include "node/log/leaf.hpp"
#include "tests/node/anchoring/sequencer_fixture.hpp"

namespace kedge::node {
namespace {

using std::chrono::milliseconds;

class RecordBindingTest : public SequencerTest {
 protected:
  static constexpr std::string_view kRecord = "urn:kedge:record:test";

  RecordBindingTest() {
    record_head_ = [this]() -> Result<Hash> {
      ++asked_;
      if (broken_) return Error{Errc::storage, "the disk"};
      return head_of(line_);
    };
  }
  static Hash head_of(int line) { return crypto::sha256(as_bytes("line " + std::to_string(line))); }

  void begin() { start({.record_issuer = std::string(kRecord)}); }

  /// The digests of the record's issuer.
  std::vector<Hash> heads(bool sealed_only = true) {
    const auto reader = store_->snapshot();
    const auto issuer = reader->issuer_by_name(kRecord);
    if (!issuer) return {};
    const std::uint64_t count =
        sealed_only ? issuer->credential_count : *reader->next_position(issuer->id);
    const Bytes leaves = count == 0 ? Bytes() : *reader->leaves(issuer->id, 0, count);
    std::vector<Hash> out;
    for (std::size_t i = 0; i < count; ++i) {
      const auto leaf =
          decode_leaf(ByteView(leaves).subspan(i * LeafEntry::kSize, LeafEntry::kSize));
      EXPECT_EQ(leaf->profile, crypto::DigestProfile::bytes);
      out.push_back(leaf->digest);
    }
    return out;
  }

  std::atomic<int> line_ = 1;
  std::atomic<int> asked_ = 0;
  std::atomic<bool> broken_ = false;
};

TEST_F(RecordBindingTest, EachEpochHoldsTheHeadOfItsOwnMoment) {
  begin();
  for (int epoch = 1; epoch <= 3; ++epoch) {
    line_ = epoch;
    ASSERT_TRUE(submit(kAlice, static_cast<std::uint64_t>(epoch) * 10, 2));
    const auto sealed = seal();
    ASSERT_TRUE(sealed);
    EXPECT_EQ(sealed->epoch, static_cast<std::uint64_t>(epoch));
    ASSERT_EQ(heads().size(), static_cast<std::size_t>(epoch));
    EXPECT_EQ(heads().back(), head_of(epoch));
  }
}

TEST_F(RecordBindingTest, MakesNoEpochByItself) {
  begin();
  ASSERT_TRUE(submit(kAlice, 0, 1));
  ASSERT_TRUE(seal()->sealed);
  const int asked = asked_;
  line_ = 2;
  for (int i = 0; i < 5; ++i) {
    const auto idle = seal();
    ASSERT_TRUE(idle);
    EXPECT_FALSE(idle->sealed);
    EXPECT_EQ(idle->epoch, 1U);
  }
  EXPECT_EQ(asked_, asked) << "nothing is synced where nothing is sealed";
  EXPECT_EQ(heads(false).size(), 1U);
}

TEST_F(RecordBindingTest, TheSameHeadIsThereOnce) {
  begin();
  for (std::uint64_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(submit(kAlice, i, 1));
    ASSERT_TRUE(seal()->sealed);
  }
  EXPECT_EQ(heads().size(), 1U);
  // Also where the node has been started again meanwhile.
  begin();
  ASSERT_TRUE(submit(kAlice, 7, 1));
  ASSERT_TRUE(seal()->sealed);
  EXPECT_EQ(heads().size(), 1U);
}

TEST_F(RecordBindingTest, AHeartbeatBindsWhatWasOnlyRefused) {
  start({.log = {.heartbeat_ms = 10'000}, .record_issuer = std::string(kRecord)});
  line_ = 5;
  clock_.advance(milliseconds(10'000));
  await([&] { return heads().size() == 1; });
  EXPECT_EQ(heads().front(), head_of(5));
}

TEST_F(RecordBindingTest, NothingIsSealedWithoutTheRecord) {
  begin();
  broken_ = true;
  ASSERT_TRUE(submit(kAlice, 0, 1));
  const auto refused = seal();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_EQ(store_->snapshot()->latest_checkpoint()->epoch, 0U);
  broken_ = false;
  EXPECT_TRUE(seal()->sealed);
  EXPECT_EQ(heads().size(), 1U);
}

}  // namespace
}  // namespace kedge::node
