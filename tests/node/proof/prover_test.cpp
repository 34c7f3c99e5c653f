// SPDX-License-Identifier: Apache-2.0
#include "node/proof/prover.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/node/proof/sample_bundle.hpp"

namespace kedge::node {
namespace {

using test::FilledStore;
using test::trust_in;

Proof prove(const Prover& prover, const FilledStore& filled, const Location& where) {
  auto proof = prover.prove(*filled.snapshot(), where);
  if (!proof) throw std::runtime_error(proof.error().message);
  return std::move(*proof);
}

void expect_valid(const FilledStore& filled, const Bundle& bundle, const Location& where) {
  const Verdict verdict =
      verify(bundle, trust_in(filled), FilledStore::digest(where.issuer, where.position));
  ASSERT_EQ(verdict.outcome, Outcome::valid)
      << "position " << where.position << ": " << verdict_to_json(verdict);
}

TEST(Prover, ProvesEveryLeafOfEveryBatchSizeUpTo300) {
  FilledStore filled;
  const Prover prover(filled.verifier());
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  std::uint64_t first = 0;
  for (std::uint32_t count = 1; count <= 300; ++count) {
    filled.accept(issuer, count);
    filled.seal();
    const auto reader = filled.snapshot();
    for (std::uint32_t index = 0; index < count; ++index) {
      const Location where{issuer, first + index};
      const auto proof = prover.prove(*reader, where);
      ASSERT_TRUE(proof) << count << " leaves, leaf " << index << ": " << proof.error().message;
      const Bundle& bundle = proof->bundle.value();
      ASSERT_EQ(proof->state, CredentialState::sealed);
      ASSERT_EQ(bundle.batch.index, index);
      ASSERT_EQ(bundle.credential.digest, FilledStore::digest(issuer, where.position));
      // Signatures are slow; the prover has checked every path already.
      if (count <= 40 || index == 0 || index == count / 2 || index == count - 1) {
        expect_valid(filled, bundle, where);
      }
    }
    first += count;
  }
}

TEST(Prover, ProvesAgainAfterTheLogHasGrown) {
  FilledStore filled;
  const Prover prover(filled.verifier());
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  // More than one full tile of log entries.
  for (int epoch = 0; epoch < 300; ++epoch) {
    filled.accept(issuer, 1);
    filled.seal();
  }
  for (std::uint64_t position = 0; position < 300; ++position) {
    const Proof proof = prove(prover, filled, {issuer, position});
    expect_valid(filled, *proof.bundle, {issuer, position});
    EXPECT_EQ(proof.bundle->log.index, 2 + 2 * position);
  }
}

TEST(Prover, ProvesSamplesOfALargeBatch) {
  constexpr std::uint32_t kCount = 65'536;
  FilledStore filled;
  const Prover prover(filled.verifier());
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  filled.accept(issuer, kCount);
  filled.seal();
  filled.anchor();
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<std::uint64_t> positions = {0, 1, 15, 16, kCount - 1};
  for (int i = 0; i < 200; ++i) positions.push_back(random() % kCount);
  for (const std::uint64_t position : positions) {
    const Proof proof = prove(prover, filled, {issuer, position});
    ASSERT_EQ(proof.bundle->batch.path.size(), 16u);
    ASSERT_TRUE(proof.complete());
    expect_valid(filled, *proof.bundle, {issuer, position});
  }
}

TEST(Prover, ProvesTheRaggedEndOfALargeBatch) {
  FilledStore filled;
  const Prover prover(filled.verifier());
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  std::uint64_t first = 0;
  for (const std::uint32_t count : {4095u, 4096u, 4097u, 4111u, 4112u, 5000u, 8191u}) {
    filled.accept(issuer, count);
    filled.seal();
    for (const std::uint32_t index :
         {0u, count / 2, count - 17, count - 16, count - 2, count - 1}) {
      expect_valid(filled, *prove(prover, filled, {issuer, first + index}).bundle,
                   {issuer, first + index});
    }
    first += count;
  }
}

TEST(Prover, ProvesAWholeBatchAsItProvesOne) {
  FilledStore filled;
  const Prover prover(filled.verifier());
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  std::uint64_t first = 0;
  for (const std::uint32_t count : {1u, 2u, 15u, 16u, 17u, 300u}) {
    filled.accept(issuer, count);
    filled.seal();
    std::uint64_t next = first;
    const auto reader = filled.snapshot();
    const auto state = prover.prove_batch(
        *reader, {issuer, first + count / 2}, [&](std::uint64_t position, const Bundle& bundle) {
          EXPECT_EQ(position, next++);
          const auto one = prover.prove(*reader, {issuer, position});
          EXPECT_TRUE(one && *one->bundle == bundle) << "position " << position;
          return Status();
        });
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_EQ(*state, CredentialState::sealed);
    first += count;
    EXPECT_EQ(next, first);
  }

  filled.accept(issuer, 1);
  int calls = 0;
  const auto count_and_stop = [&calls](std::uint64_t, const Bundle&) -> Status {
    ++calls;
    return Error{Errc::storage, "full"};
  };
  const auto accepted = prover.prove_batch(*filled.snapshot(), {issuer, first}, count_and_stop);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(*accepted, CredentialState::accepted);
  EXPECT_EQ(calls, 0);
  const auto stopped = prover.prove_batch(*filled.snapshot(), {issuer, 0}, count_and_stop);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::storage);
  EXPECT_EQ(calls, 1);
}

TEST(Prover, NeverGivesAnEmptyProof) {
  FilledStore filled;
  const Prover prover(filled.verifier());
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  filled.accept(issuer, 2);
  const Proof proof = prove(prover, filled, {issuer, 1});
  EXPECT_EQ(proof.state, CredentialState::accepted);
  EXPECT_FALSE(proof.bundle.has_value());
  EXPECT_FALSE(proof.complete());

  const auto beyond = prover.prove(*filled.snapshot(), {issuer, 2});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::not_found);
  const auto nobody = prover.prove(*filled.snapshot(), {issuer + 1, 0});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, Errc::not_found);
}

TEST(Prover, ChoosesTheEarliestFinalCheckpointThatCovers) {
  FilledStore filled;
  const Prover prover(filled.verifier());
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  const Location where{issuer, 0};
  filled.accept(issuer, 3);
  const CheckpointRow first = filled.seal();
  EXPECT_EQ(prove(prover, filled, where).bundle->log.checkpoint, first.note);

  filled.accept(issuer, 1);
  const CheckpointRow second = filled.seal();
  filled.anchor(AnchorState::intended);
  EXPECT_EQ(prove(prover, filled, where).bundle->log.checkpoint, first.note);
  EXPECT_EQ(prove(prover, filled, where).state, CredentialState::sealed);

  filled.anchor(AnchorState::mined, "other");
  const Proof mined = prove(prover, filled, where);
  EXPECT_EQ(mined.bundle->log.checkpoint, second.note);
  EXPECT_EQ(mined.state, CredentialState::anchored);
  EXPECT_EQ(mined.bundle->anchors.size(), 1u);
  EXPECT_FALSE(mined.complete());

  filled.accept(issuer, 1);
  const CheckpointRow third = filled.seal();
  filled.anchor(AnchorState::final, "third");
  const Proof final = prove(prover, filled, where);
  EXPECT_EQ(final.bundle->log.checkpoint, third.note);
  EXPECT_TRUE(final.complete());

  filled.seal();
  filled.anchor(AnchorState::final, "third");
  EXPECT_EQ(prove(prover, filled, where).bundle->log.checkpoint, third.note);
  expect_valid(filled, *prove(prover, filled, where).bundle, where);
  EXPECT_EQ(credential_state(*filled.snapshot(), where).operator*(), CredentialState::final);
  EXPECT_EQ(*credential_state(*filled.snapshot(), {issuer, 4}), CredentialState::final);
}

TEST(Prover, PrefersTheLedgerThatProvesMost) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  filled.accept(issuer, 1);
  const CheckpointRow first = filled.seal();
  filled.anchor(AnchorState::final, "a-local");
  filled.seal();
  filled.anchor(AnchorState::final, "b-strong");
  filled.anchor(AnchorState::final, "a-local");
  const CheckpointRow second = *filled.snapshot()->latest_checkpoint();

  const Prover by_name(filled.verifier());
  EXPECT_EQ(prove(by_name, filled, {issuer, 0}).bundle->log.checkpoint, first.note);
  const Prover preferring(filled.verifier(), {.ledgers = {"b-strong"}, .on_corrupt = {}});
  const Proof proof = prove(preferring, filled, {issuer, 0});
  EXPECT_EQ(proof.bundle->log.checkpoint, second.note);
  EXPECT_EQ(proof.bundle->anchors.size(), 2u);
}

TEST(Prover, RemembersNothingThatCanStillChange) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  const Prover prover(filled.verifier(), {.ledgers = {"strong", "weak"}, .on_corrupt = {}});
  const auto now = [&] { return prove(prover, filled, {issuer, 0}); };
  filled.accept(issuer, 2);
  filled.seal();
  filled.anchor(AnchorState::final, "weak");
  EXPECT_EQ(now().bundle->anchors.size(), 1u);
  EXPECT_EQ(now().bundle->anchors.size(), 1u);
  filled.anchor(AnchorState::mined, "strong");
  EXPECT_EQ(now().bundle->anchors.size(), 2u);
  const Bundle mined = *now().bundle;
  filled.seal();
  filled.anchor(AnchorState::final, "weak");
  EXPECT_EQ(*now().bundle, mined);

  // All final: what is remembered is what a prover without a memory would make.
  filled.accept(issuer, 2);
  filled.seal();
  filled.anchor(AnchorState::final, "strong");
  filled.anchor(AnchorState::final, "weak");
  const Location later{issuer, 3};
  const Proof first = prove(prover, filled, later);
  EXPECT_EQ(first.bundle->anchors.size(), 2u);
  filled.accept(issuer, 1);
  filled.seal();
  filled.anchor(AnchorState::final, "strong");
  const Prover fresh(filled.verifier(), {.ledgers = {"strong", "weak"}, .on_corrupt = {}});
  EXPECT_EQ(*prove(prover, filled, later).bundle, *first.bundle);
  EXPECT_EQ(*prove(fresh, filled, later).bundle, *first.bundle);
  EXPECT_EQ(prove(prover, filled, {issuer, 2}).bundle->batch.index, 0u);
  expect_valid(filled, *prove(prover, filled, {issuer, 2}).bundle, {issuer, 2});
}

TEST(Prover, CarriesAnchorsOfOtherKinds) {
  FilledStore filled;
  const Prover prover(filled.verifier());
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  filled.accept(issuer, 1);
  filled.seal();
  filled.anchor_with("chain", AnchorState::final, R"({"chainId":"6179","ledger":"ebsi"})");
  const Proof proof = prove(prover, filled, {issuer, 0});
  ASSERT_EQ(proof.bundle->anchors.size(), 1u);
  EXPECT_EQ(proof.bundle->anchors[0], R"({"chainId":"6179","ledger":"ebsi"})");
}

TEST(Prover, HandsOutNothingThatItsOwnChecksRefuse) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  filled.accept(issuer, 1);
  filled.seal();
  std::vector<std::string> faults;
  ProverOptions options;
  options.on_corrupt = [&faults](std::string_view fault) { faults.emplace_back(fault); };

  const FilledStore other("log.example/kedge", nullptr, 8);
  const Prover wrong_key(other.verifier(), options);
  const auto unsigned_proof = wrong_key.prove(*filled.snapshot(), {issuer, 0});
  ASSERT_FALSE(unsigned_proof);
  EXPECT_EQ(unsigned_proof.error().code, Errc::corrupt);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].find("no trusted key"), std::string::npos) << faults[0];

  const Prover prover(filled.verifier(), options);
  EXPECT_TRUE(prover.prove(*filled.snapshot(), {issuer, 0}));
  filled.anchor_with("embedded", AnchorState::final, R"({"ledger":"embedded"})");
  const auto bad_anchor = prover.prove(*filled.snapshot(), {issuer, 0});
  ASSERT_FALSE(bad_anchor);
  EXPECT_EQ(bad_anchor.error().code, Errc::corrupt);
  EXPECT_EQ(faults.size(), 2u);
}

}  // namespace
}  // namespace kedge::node
