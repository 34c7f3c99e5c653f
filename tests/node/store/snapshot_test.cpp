// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include "tests/node/store/engines.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

class StoreSnapshot : public StoreTest {
 protected:
  StoreSnapshot() { must(store().add_issuer("a")); }

  void append(std::vector<std::uint32_t> calls) {
    const node::Run run = make_run(0, must(view()->next_position(0)), std::move(calls), 1);
    must(append_runs({&run, 1}));
  }
};

TEST_P(StoreSnapshot, SeesTheMomentInWhichItWasTaken) {
  append({300});
  must(store().seal(make_seal(*view(), {{0, 200}}, 253)));
  AnchorRow intent;
  intent.ledger = "evm";
  intent.size = must(view()->checkpoint(0)).size;
  intent.root = must(view()->checkpoint(0)).root;
  must(store().record_intent(intent));

  const auto old = view();
  append({200, 1});
  must(store().add_issuer("b"));
  must(store().seal(make_seal(*view(), {{0, 301}}, 10)));
  must(store().record_state("evm", 0, AnchorState::mined, "{}", 1));

  EXPECT_EQ(must(old->next_position(0)), 300u);
  EXPECT_EQ(must(old->issuers()).size(), 1u);
  EXPECT_EQ(must(old->issuer(0)).credential_count, 200u);
  EXPECT_EQ(code_of(old->issuer(1)), "not_found");
  EXPECT_EQ(code_of(old->issuer_by_name("b")), "not_found");
  EXPECT_EQ(code_of(old->next_position(1)), "not_found");
  EXPECT_EQ(must(old->log_size()), 255u);
  EXPECT_EQ(must(old->edges())[0].size(), 255u);
  EXPECT_EQ(must(old->tile(0, 0)).size(), 255u);
  EXPECT_EQ(must(old->log_entries(250, 100)).size(), 5u);
  EXPECT_EQ(code_of(old->log_entry(255)), "not_found");
  EXPECT_EQ(must(old->latest_checkpoint()).epoch, 0u);
  EXPECT_EQ(code_of(old->checkpoint(1)), "not_found");
  EXPECT_EQ(code_of(old->checkpoint_covering(255)), "not_found");
  EXPECT_EQ(must(old->batch_of(0, 199)).count, 200u);
  EXPECT_EQ(code_of(old->batch_of(0, 200)), "not_found");
  EXPECT_EQ(code_of(old->batch_at(255)), "not_found");
  EXPECT_EQ(must(old->anchor("evm", 0)).state, AnchorState::intended);
  EXPECT_EQ(code_of(old->leaves(0, 299, 2)), "not_found");
  EXPECT_EQ(must(old->locate(digest_of(1, 299))).size(), 1u);
  EXPECT_TRUE(must(old->locate(digest_of(1, 300))).empty());
  std::uint64_t seen = 0;
  must(old->visit_leaves(0, 0, [&](const StoredLeaf&) {
    ++seen;
    return Status();
  }));
  EXPECT_EQ(seen, 300u);

  const auto now = view();
  EXPECT_EQ(must(now->next_position(0)), 501u);
  EXPECT_EQ(must(now->locate(digest_of(1, 300))).size(), 1u);
  EXPECT_EQ(must(now->batch_of(0, 200)).log_index, 255u);
  EXPECT_EQ(must(now->tile(0, 0)).size(), 256u);
}

/// What a reader of the latest state has met is in memory for the next one, and must not be taken
/// for all that there is, nor reach a view of before.
TEST_P(StoreSnapshot, SeesNothingOfWhatTheLatestStateHasMoreThanIt) {
  std::uint64_t next = 0;
  for (const std::uint32_t count : {1u, 15u, 100u, 1u, 200u, 3u}) {
    const auto before = view();
    append({count});
    const auto latest = store().latest();
    for (std::uint64_t i = 0; i < next + count; ++i) {
      ASSERT_EQ(must(latest->leaves(0, i, 1)), make_leaf(digest_of(1, i))) << i;
      ASSERT_EQ(must(latest->locate(digest_of(1, i))).size(), 1u) << i;
    }
    EXPECT_EQ(code_of(latest->leaves(0, next + count, 1)), "not_found");
    EXPECT_EQ(code_of(before->leaves(0, next, 1)), "not_found");
    EXPECT_TRUE(must(before->locate(digest_of(1, next))).empty());
    next += count;
  }
}

/// What a snapshot says of itself must agree while the writer goes on; ThreadSanitizer watches.
TEST_P(StoreSnapshot, IsConsistentWhileTheWriterGoesOn) {
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> rounds = 0;
  const auto read = [&] {
    while (!stop) {
      const auto reader = view();
      const std::uint64_t next = must(reader->next_position(0));
      ASSERT_EQ(must(reader->leaves(0, 0, next)).size(), next * LeafEntry::kSize);
      const std::uint64_t sealed = must(reader->issuer(0)).credential_count;
      ASSERT_LE(sealed, next);
      if (sealed > 0) {
        const BatchRow batch = must(reader->batch_of(0, sealed - 1));
        ASSERT_EQ(batch.first_position + batch.count, sealed);
        ASSERT_LT(batch.log_index, must(reader->log_size()));
      }
      for (std::uint64_t i = next < 8 ? 0 : next - 8; i < next + 8; ++i) {
        ASSERT_EQ(must(reader->locate(digest_of(1, i))).size(), i < next ? 1u : 0u) << i;
      }
      const Hash beyond[] = {digest_of(1, next == 0 ? 0 : next - 1), digest_of(2, next)};
      const auto many = must(store().locate_many(0, beyond));
      ASSERT_EQ(many[0].has_value() || next == 0, true);
      ASSERT_FALSE(many[1].has_value());
      ++rounds;
    }
  };
  std::thread first(read);
  std::thread second(read);
  for (int i = 0; i < 60 || rounds < 20; ++i) {
    append({17, 3});
    if (i % 4 == 3) must(store().seal(make_seal(*view(), {{0, 80}})));
  }
  stop = true;
  first.join();
  second.join();
}

KEDGE_ON_ALL_ENGINES(StoreSnapshot);

}  // namespace
}  // namespace kedge::test
