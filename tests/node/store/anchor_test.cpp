// SPDX-License-Identifier: Apache-2.0
#include "tests/node/store/engines.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

class StoreAnchors : public StoreTest {
 protected:
  StoreAnchors() {
    for (int i = 0; i < 5; ++i) must(store().seal(make_seal(*view(), {})));
  }

  AnchorRow intent(const std::string& ledger, std::uint64_t epoch) {
    const CheckpointRow checkpoint = must(view()->checkpoint(epoch));
    AnchorRow row;
    row.ledger = ledger;
    row.epoch = epoch;
    row.size = checkpoint.size;
    row.root = checkpoint.root;
    row.time_ms = 77;
    return row;
  }

  static AnchorAttempt attempt(std::uint8_t byte) {
    return {Bytes(200, byte), "0x" + std::to_string(byte), byte};
  }
};

TEST_P(StoreAnchors, FollowsAnAnchorThroughItsLife) {
  must(store().record_intent(intent("evm", 1)));
  must(store().record_attempt("evm", 1, attempt(1)));
  must(store().record_attempt("evm", 1, attempt(2)));
  const auto check = [&](AnchorState state, const std::string& record, std::size_t attempts) {
    twice([&] {
      const AnchorRow row = must(view()->anchor("evm", 1));
      EXPECT_EQ(row.ledger, "evm");
      EXPECT_EQ(row.epoch, 1u);
      EXPECT_EQ(row.size, 2u);
      EXPECT_EQ(row.root, must(view()->checkpoint(1)).root);
      EXPECT_EQ(row.state, state);
      EXPECT_EQ(row.record, record);
      ASSERT_EQ(row.attempts.size(), attempts);
      for (std::uint8_t i = 0; i < attempts; ++i) {
        EXPECT_EQ(row.attempts[i].payload, attempt(std::uint8_t(i + 1)).payload);
        EXPECT_EQ(row.attempts[i].reference, attempt(std::uint8_t(i + 1)).reference);
        EXPECT_EQ(row.attempts[i].time_ms, i + 1u);
      }
    });
  };
  check(AnchorState::intended, "", 2);
  must(store().record_state("evm", 1, AnchorState::mined, "{\"block\":1}", 100));
  check(AnchorState::mined, "{\"block\":1}", 2);
  must(store().record_state("evm", 1, AnchorState::mined, "{\"block\":2}", 101));
  must(store().record_state("evm", 1, AnchorState::intended, "", 102));
  check(AnchorState::intended, "", 2);
  must(store().record_attempt("evm", 1, attempt(3)));
  must(store().record_state("evm", 1, AnchorState::final, "{\"block\":3}", 103));
  check(AnchorState::final, "{\"block\":3}", 3);
  EXPECT_EQ(must(view()->anchor("evm", 1)).time_ms, 103u);
}

TEST_P(StoreAnchors, RefusesMovesThatAreNone) {
  must(store().record_intent(intent("evm", 1)));
  EXPECT_EQ(code_of(store().record_intent(intent("evm", 1))), "already_exists");
  const auto move = [&](AnchorState state, const char* record) {
    return code_of(store().record_state("evm", 1, state, record, 1));
  };
  EXPECT_EQ(move(AnchorState::intended, ""), "invalid_argument");
  EXPECT_EQ(move(AnchorState::mined, ""), "invalid_argument");
  EXPECT_EQ(move(AnchorState::final, ""), "invalid_argument");
  EXPECT_EQ(move(AnchorState::mined, "{}"), "none");
  EXPECT_EQ(move(AnchorState::intended, "{}"), "invalid_argument");
  EXPECT_EQ(move(AnchorState::final, "{}"), "none");
  for (const auto state : {AnchorState::intended, AnchorState::mined, AnchorState::final}) {
    EXPECT_EQ(move(state, state == AnchorState::intended ? "" : "{}"), "invalid_argument");
  }
  EXPECT_EQ(code_of(store().record_attempt("evm", 1, attempt(1))), "invalid_argument");
  EXPECT_EQ(code_of(store().record_attempt("evm", 2, attempt(1))), "not_found");
  EXPECT_EQ(code_of(store().record_state("other", 1, AnchorState::mined, "{}", 1)), "not_found");
}

TEST_P(StoreAnchors, RefusesIntentsOfNoCheckpointOfOurs) {
  AnchorRow row = intent("evm", 2);
  row.epoch = 5;
  EXPECT_EQ(code_of(store().record_intent(row)), "not_found");
  row = intent("evm", 2);
  row.root[0] ^= 1;
  EXPECT_EQ(code_of(store().record_intent(row)), "corrupt");
  row = intent("evm", 2);
  row.size += 1;
  EXPECT_EQ(code_of(store().record_intent(row)), "corrupt");
  row = intent("evm", 2);
  row.state = AnchorState::final;
  row.record = "{}";
  EXPECT_EQ(code_of(store().record_intent(row)), "invalid_argument");
  EXPECT_EQ(code_of(store().record_intent(intent("", 2))), "invalid_argument");
  EXPECT_EQ(code_of(store().record_intent(intent(std::string(256, 'l'), 2))), "invalid_argument");
  twice([&] { EXPECT_TRUE(must(view()->anchor_ledgers()).empty()); });
}

TEST_P(StoreAnchors, FindsTheAnchorThatCoversAnEpoch) {
  const std::string longest(255, 'z');
  for (const std::string& ledger : {std::string("evm"), std::string("ev"), longest}) {
    must(store().record_intent(intent(ledger, 1)));
    must(store().record_intent(intent(ledger, 3)));
  }
  must(store().record_intent(intent("evm2", 0)));
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->anchor_ledgers()),
              (std::vector<std::string>{"ev", "evm", "evm2", longest}));
    for (const std::string& ledger : {std::string("evm"), std::string("ev"), longest}) {
      EXPECT_EQ(must(reader->anchor_covering(ledger, 0)).epoch, 1u);
      EXPECT_EQ(must(reader->anchor_covering(ledger, 1)).epoch, 1u);
      EXPECT_EQ(must(reader->anchor_covering(ledger, 2)).epoch, 3u);
      EXPECT_EQ(must(reader->anchor_covering(ledger, 2)).ledger, ledger);
      EXPECT_EQ(code_of(reader->anchor_covering(ledger, 4)), "not_found");
      EXPECT_EQ(must(reader->anchor_before(ledger, ~std::uint64_t{0})).epoch, 3u);
      EXPECT_EQ(must(reader->anchor_before(ledger, 3)).epoch, 1u);
      EXPECT_EQ(must(reader->anchor_before(ledger, 2)).ledger, ledger);
      EXPECT_EQ(code_of(reader->anchor_before(ledger, 1)), "not_found");
      EXPECT_EQ(code_of(reader->anchor_before(ledger, 0)), "not_found");
      EXPECT_EQ(must(reader->latest_anchor(ledger)).epoch, 3u);
      EXPECT_EQ(must(reader->latest_anchor(ledger)).ledger, ledger);
      EXPECT_EQ(code_of(reader->anchor(ledger, 2)), "not_found");
    }
    EXPECT_EQ(code_of(reader->latest_anchor("e")), "not_found");
    EXPECT_EQ(code_of(reader->latest_anchor("zz")), "not_found");
    EXPECT_EQ(code_of(reader->anchor_covering("evm1", 0)), "not_found");
    EXPECT_EQ(code_of(reader->anchor(std::string(300, 'x'), 0)), "not_found");
  });
}

TEST_P(StoreAnchors, HaveAVersionThatEveryWriteOfOneChanges) {
  const auto before = view();
  const auto first = before->anchors_version();
  ASSERT_TRUE(first);
  EXPECT_EQ(view()->anchors_version(), first);
  must(store().record_intent(intent("evm", 0)));
  const auto intended = store().latest()->anchors_version();
  ASSERT_TRUE(intended);
  EXPECT_NE(intended, first);
  EXPECT_EQ(view()->anchors_version(), intended);
  // A snapshot is of its own moment, and so is its version.
  EXPECT_EQ(before->anchors_version(), first);
  must(store().record_attempt("evm", 0, attempt(1)));
  const auto attempted = store().latest()->anchors_version();
  EXPECT_NE(attempted, intended);
  must(store().record_state("evm", 0, AnchorState::mined, "record", 1));
  EXPECT_NE(store().latest()->anchors_version(), attempted);
  const auto mined = store().latest()->anchors_version();
  must(store().add_issuer("did:example:other"));
  EXPECT_EQ(store().latest()->anchors_version(), mined);
}

KEDGE_ON_ALL_ENGINES(StoreAnchors);

}  // namespace
}  // namespace kedge::test
