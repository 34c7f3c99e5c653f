// SPDX-License-Identifier: Apache-2.0
#include "node/proof/status_prover.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "node/proof/prover.hpp"
#include "node/proof/status_epochs.hpp"
#include "node/proof/status_proof_json.hpp"
#include "node/proof/status_verifier.hpp"
#include "tests/node/proof/lying_status.hpp"
#include "tests/node/proof/sample_bundle.hpp"

namespace kedge::node {
namespace {

using test::FilledStore;
using test::LyingStatus;

class Statuses : public testing::Test {
 protected:
  Statuses() {
    first_ = filled_.add_issuer("did:example:first");
    second_ = filled_.add_issuer("did:example:second");
  }

  struct Proved {
    StatusAnswer answer;
    StatusProof proof;
  };
  /// Proves with a prover of its own and with one that remembers: both give the same.
  Proved prove(IssuerId issuer, const StatusTarget& target, std::uint64_t epoch) {
    const auto reader = filled_.snapshot();
    std::string text;
    const auto answer = prover_.status().prove(*reader, issuer, target, epoch, &text);
    if (!answer) throw std::runtime_error(answer.error().message);
    std::string fresh;
    const Prover other(filled_.verifier(), options());
    EXPECT_TRUE(other.status().prove(*reader, issuer, target, epoch, &fresh));
    EXPECT_EQ(text, fresh);
    std::string known;
    const auto remembered = prover_.status().prove_known(*reader, issuer, target, epoch, &known);
    EXPECT_TRUE(remembered) << remembered.error().message;
    if (remembered && *remembered) {
      ++remembered_;
      EXPECT_EQ(known, text);
    }
    const auto proof = status_from_json(text);
    if (!proof) throw std::runtime_error(proof.error().field + ": " + proof.error().message);
    EXPECT_EQ(status_to_json(*proof), text);
    EXPECT_EQ(proof->value, answer->value);
    const std::string name = issuer == first_ ? "did:example:first" : "did:example:second";
    EXPECT_EQ(answer->issuer, name);
    const Verdict verdict =
        verify_status(*proof, {crypto::sha256(as_bytes(name)), target}, test::trust_in(filled_));
    const ReasonCode expected = answer->value == StatusValue::valid     ? ReasonCode::log_key_only
                                : answer->value == StatusValue::revoked ? ReasonCode::revoked
                                                                        : ReasonCode::suspended;
    EXPECT_EQ(verdict.reasons.front().code, expected) << verdict_to_json(verdict);
    return {*answer, *proof};
  }
  StatusValue value(IssuerId issuer, const StatusTarget& target, std::uint64_t epoch) {
    return prove(issuer, target, epoch).answer.value;
  }
  std::uint64_t chosen(IssuerId issuer, const StatusTarget& target) {
    const auto epoch = prover_.status().choose_epoch(*filled_.snapshot(), issuer, target);
    if (!epoch) throw std::runtime_error(epoch.error().message);
    return *epoch;
  }
  static ProverOptions options() { return {.ledgers = {"embedded"}, .on_corrupt = {}}; }

  FilledStore filled_;
  IssuerId first_ = 0;
  IssuerId second_ = 0;
  Prover prover_{filled_.verifier(), options()};
  int remembered_ = 0;
};

TEST_F(Statuses, FollowOneCredentialThroughItsEpochs) {
  filled_.accept(first_, 300);
  const std::uint64_t begin = filled_.seal().epoch;
  filled_.change_status(first_, {{kRegister, 7}, {kRegister, 200}}, StatusValue::suspended);
  const std::uint64_t changed = filled_.seal().epoch;
  filled_.accept(first_, 500);
  const std::uint64_t grown = filled_.seal().epoch;
  filled_.change_status(first_, {{kRegister, 7}}, StatusValue::valid);
  filled_.change_status(first_, {{kRegister, 200}, {kRegister, 799}}, StatusValue::revoked);
  const std::uint64_t end = filled_.seal().epoch;
  filled_.anchor();
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(value(first_, {kRegister, 7}, begin), StatusValue::valid);
    EXPECT_EQ(value(first_, {kRegister, 7}, changed), StatusValue::suspended);
    EXPECT_EQ(value(first_, {kRegister, 7}, grown), StatusValue::suspended);
    EXPECT_EQ(value(first_, {kRegister, 7}, end), StatusValue::valid);
    EXPECT_EQ(value(first_, {kRegister, 200}, end), StatusValue::revoked);
    EXPECT_EQ(value(first_, {kRegister, 201}, end), StatusValue::valid);
    EXPECT_EQ(value(first_, {kRegister, 799}, grown), StatusValue::valid);
    EXPECT_EQ(value(first_, {kRegister, 799}, end), StatusValue::revoked);
  }
  // Younger than the newest status entry: no chunk.
  EXPECT_FALSE(prove(first_, {kRegister, 799}, grown).proof.list->chunk);
  // All are covered by one anchor, and remembered.
  EXPECT_GT(remembered_, 10);
}

TEST_F(Statuses, KnowNothingBeforeTheCredential) {
  filled_.accept(first_, 1);
  const std::uint64_t begin = filled_.seal().epoch;
  filled_.accept(first_, 1);
  filled_.accept(second_, 1);
  filled_.seal();
  const auto refused = [&](IssuerId issuer, std::uint64_t position, std::uint64_t epoch) {
    const auto answer =
        prover_.status().prove(*filled_.snapshot(), issuer, {kRegister, position}, epoch, nullptr);
    return !answer && answer.error().code == Errc::not_found;
  };
  EXPECT_FALSE(refused(first_, 0, begin));
  EXPECT_TRUE(refused(first_, 1, begin));
  EXPECT_TRUE(refused(second_, 0, begin));
  EXPECT_TRUE(refused(first_, 0, begin - 1));
  EXPECT_TRUE(refused(first_, 0, 1000));
  filled_.accept(second_, 1);
  EXPECT_FALSE(prover_.status().choose_epoch(*filled_.snapshot(), second_, {kRegister, 1}));
}

TEST_F(Statuses, ChooseTheNewestEpochThatALedgerHas) {
  filled_.accept(first_, 1);
  const std::uint64_t begin = filled_.seal().epoch;
  EXPECT_EQ(chosen(first_, {kRegister, 0}), begin);
  filled_.anchor();
  filled_.accept(second_, 1);
  const std::uint64_t next = filled_.seal().epoch;
  EXPECT_EQ(chosen(first_, {kRegister, 0}), begin);
  // That one does not cover the other issuer's credential.
  EXPECT_EQ(chosen(second_, {kRegister, 0}), next);
  filled_.anchor(AnchorState::mined);
  EXPECT_EQ(chosen(first_, {kRegister, 0}), begin);
  EXPECT_EQ(chosen(second_, {kRegister, 0}), next);
  filled_.accept(second_, 1);
  filled_.seal();
  filled_.anchor(AnchorState::final);
  EXPECT_EQ(chosen(first_, {kRegister, 0}), next + 1);
  EXPECT_EQ(prove(first_, {kRegister, 0}, next + 1).answer.state, CredentialState::final);
}

TEST_F(Statuses, ProveAnOldEpochUnderTheNextAnchor) {
  filled_.accept(first_, 3);
  const std::uint64_t begin = filled_.seal().epoch;
  filled_.change_status(first_, {{kRegister, 1}}, StatusValue::suspended);
  filled_.seal();
  filled_.anchor();
  const Proved proved = prove(first_, {kRegister, 1}, begin);
  EXPECT_EQ(proved.answer.value, StatusValue::valid);
  EXPECT_EQ(proved.answer.epoch, begin);
  EXPECT_EQ(proved.proof.epoch.anchors.size(), 1u);
  EXPECT_EQ(proved.answer.state, CredentialState::final);
}

TEST_F(Statuses, FindTheEpochOfAMoment) {
  filled_.accept(first_, 1);
  std::vector<CheckpointRow> rows;
  rows.push_back(*filled_.snapshot()->checkpoint(0));
  for (int i = 0; i < 9; ++i) {
    filled_.accept(first_, 1);
    rows.push_back(filled_.seal());
  }
  const auto reader = filled_.snapshot();
  for (const CheckpointRow& row : rows) {
    EXPECT_EQ(*epoch_at(*reader, row.time_ms), row.epoch);
    EXPECT_EQ(*epoch_at(*reader, row.time_ms + 999), row.epoch);
  }
  EXPECT_EQ(*epoch_at(*reader, ~std::uint64_t{0}), rows.back().epoch);
  EXPECT_FALSE(epoch_at(*reader, rows.front().time_ms - 1));
}

TEST_F(Statuses, ProvePublishedLists) {
  filled_.accept(first_, 2);
  const std::uint64_t begin = filled_.seal().epoch;
  filled_.allocate(first_, 1, 131'072, 10);
  EXPECT_EQ(value(first_, {1, 99'999}, begin), StatusValue::valid);
  filled_.change_status(first_, {{1, 99'999}, {1, 131'071}}, StatusValue::revoked);
  const std::uint64_t changed = filled_.seal().epoch;
  filled_.allocate(first_, 2, 262'144, 10);
  filled_.change_status(first_, {{2, 200'000}}, StatusValue::suspended);
  const std::uint64_t end = filled_.seal().epoch;
  EXPECT_EQ(value(first_, {1, 99'999}, changed), StatusValue::revoked);
  EXPECT_EQ(value(first_, {1, 99'998}, changed), StatusValue::valid);
  EXPECT_EQ(value(first_, {2, 200'000}, changed), StatusValue::valid);
  EXPECT_EQ(value(first_, {2, 200'000}, end), StatusValue::suspended);
  EXPECT_EQ(value(first_, {1, 131'071}, end), StatusValue::revoked);
  EXPECT_EQ(value(first_, {kRegister, 0}, end), StatusValue::valid);
  EXPECT_FALSE(prover_.status().prove(*filled_.snapshot(), first_, {1, 131'072}, end, nullptr));
}

/// Many issuers, entries of both kinds in random order: every epoch's directory can be had again,
/// by undoing what came later, and by search where that is more.
TEST_F(Statuses, FindTheDirectoryOfEveryEpoch) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<IssuerId> issuers = {first_, second_};
  for (int i = 0; i < 7; ++i) {
    issuers.push_back(filled_.add_issuer("did:example:" + std::to_string(i)));
  }
  std::map<IssuerId, std::uint64_t> counts;
  std::map<IssuerId, std::map<std::uint64_t, StatusValue>> values;
  std::vector<std::map<IssuerId, std::map<std::uint64_t, StatusValue>>> history;
  std::vector<std::map<IssuerId, std::uint64_t>> sizes;
  const int kEpochs = 30;
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    for (const IssuerId issuer : issuers) {
      if (random() % 4 == 0) {
        const auto count = static_cast<std::uint32_t>(1 + random() % 40);
        filled_.accept(issuer, count);
        counts[issuer] += count;
      }
      if (counts[issuer] == 0 || random() % 3 != 0) continue;
      const std::uint64_t index = random() % counts[issuer];
      StatusValue& now = values[issuer][index];
      if (now == StatusValue::revoked) continue;
      now = now == StatusValue::valid ? StatusValue::suspended : StatusValue::revoked;
      filled_.change_status(issuer, {{kRegister, index}}, now);
    }
    filled_.seal();
    history.push_back(values);
    sizes.push_back(counts);
  }
  filled_.anchor();
  const auto check = [&](const char* how) {
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
      for (const IssuerId issuer : issuers) {
        const std::uint64_t size = sizes[static_cast<std::size_t>(epoch)][issuer];
        if (size == 0) continue;
        const std::uint64_t index = random() % size;
        const Prover fresh(filled_.verifier(), options());
        const auto answer = fresh.status().prove(*filled_.snapshot(), issuer, {kRegister, index},
                                                 static_cast<std::uint64_t>(epoch) + 1, nullptr);
        ASSERT_TRUE(answer) << how << ", epoch " << epoch << ": " << answer.error().message;
        EXPECT_EQ(answer->value, history[static_cast<std::size_t>(epoch)][issuer][index]);
      }
    }
  };
  check("undone");
  // More entries than are undone.
  for (int i = 0; i < 2100; ++i) {
    filled_.accept(first_, 1);
    filled_.seal();
  }
  filled_.anchor();
  check("searched");
}

TEST_F(Statuses, FindEveryLieOfTheirStore) {
  filled_.accept(first_, 5000);
  filled_.change_status(first_, {{kRegister, 3}}, StatusValue::revoked);
  filled_.change_status(first_, {{kRegister, 3000}}, StatusValue::revoked);
  const std::uint64_t epoch = filled_.seal().epoch;
  filled_.anchor();
  using Lie = LyingStatus::Lie;
  for (const Lie lie : {Lie::none, Lie::chunk, Lie::node, Lie::record, Lie::root, Lie::entry,
                        Lie::issuers, Lie::note}) {
    std::string reported;
    const Prover prover(
        filled_.verifier(),
        {.ledgers = {}, .on_corrupt = [&reported](std::string_view reason) { reported = reason; }});
    std::string text;
    // In the same subtree of 16 chunks, and beside it.
    const std::uint64_t index = lie == Lie::node ? 3000 : 3;
    const auto answer = prover.status().prove(LyingStatus(filled_.snapshot(), lie), first_,
                                              {kRegister, index}, epoch, &text);
    if (lie == Lie::none) {
      EXPECT_TRUE(answer) << answer.error().message;
      continue;
    }
    ASSERT_FALSE(answer) << "lie " << static_cast<int>(lie);
    EXPECT_EQ(answer.error().code, Errc::corrupt) << answer.error().message;
    EXPECT_EQ(reported, answer.error().message);
    EXPECT_TRUE(text.empty());
  }
}

}  // namespace
}  // namespace kedge::node
