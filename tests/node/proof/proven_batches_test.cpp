// SPDX-License-Identifier: Apache-2.0
#include "node/proof/proven_batches.hpp"

#include <random>

#include <gtest/gtest.h>

#include "node/proof/prover.hpp"
#include "tests/node/proof/lying_reader.hpp"
#include "tests/node/proof/sample_bundle.hpp"

namespace kedge::node {
namespace {

using test::FilledStore;
using test::LyingReader;

std::string proven(const Prover& prover, const StoreReader& reader, const Location& where) {
  std::string out = "before ";
  const auto appended = prover.append_complete(reader, where, out);
  if (!appended) throw std::runtime_error(appended.error().message);
  if (!*appended && out != "before ") throw std::runtime_error("text without a proof");
  return out.substr(7);
}

std::string whole(const Prover& prover, const StoreReader& reader, const Location& where) {
  const auto proof = prover.prove(reader, where);
  if (!proof) throw std::runtime_error(proof.error().message);
  return bundle_to_json(proof->bundle.value());
}

/// The other way to a proof is the oracle: it reads and verifies every node of every path.
TEST(ProvenBatches, GiveTheSameOctetsAsTheWholeWay) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  std::vector<std::pair<std::uint64_t, std::uint32_t>> batches;
  std::uint64_t first = 0;
  const auto add = [&](std::uint32_t count) {
    filled.accept(issuer, count);
    filled.seal();
    filled.anchor();
    batches.emplace_back(first, count);
    first += count;
  };
  for (std::uint32_t count = 1; count <= 130; ++count) add(count);
  for (const std::uint32_t count : {4'095u, 4'096u, 4'097u, 4'112u, 8'191u, 8'192u, 12'345u}) {
    add(count);
  }
  const Prover prover(filled.verifier());
  const auto reader = filled.snapshot();
  const auto latest = filled.store().latest();
  for (const auto& [begin, count] : batches) {
    EXPECT_EQ(proven(prover, *latest, {issuer, begin}), "");
    (void)whole(prover, *reader, {issuer, begin});
    const std::uint32_t step = count < 200 ? 1 : 37;
    for (std::uint64_t i = 0; i < count; i += step) {
      const Location where{issuer, begin + i};
      ASSERT_EQ(proven(prover, *latest, where), whole(prover, *reader, where))
          << count << " leaves, leaf " << i;
    }
    const Location last{issuer, begin + count - 1};
    ASSERT_EQ(proven(prover, *latest, last), whole(prover, *reader, last)) << count;
  }
}

TEST(ProvenBatches, AreFoundOnBothSidesOfWhereTheyMeet) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  constexpr std::uint64_t kBatches = 5;
  constexpr std::uint32_t kCount = 1'000;
  for (std::uint64_t i = 0; i < kBatches; ++i) {
    filled.accept(issuer, kCount);
    filled.seal();
    filled.anchor();
  }
  const auto reader = filled.snapshot();
  for (const bool forward : {true, false}) {
    const Prover prover(filled.verifier());
    for (std::uint64_t i = 0; i < kBatches; ++i) {
      (void)whole(prover, *reader, {issuer, (forward ? i : kBatches - 1 - i) * kCount});
    }
    for (std::uint64_t at = 0; at < kBatches * kCount; ++at) {
      ASSERT_NE(proven(prover, *reader, {issuer, at}), "")
          << at << (forward ? " forward" : " back");
    }
    EXPECT_EQ(proven(prover, *reader, {issuer, kBatches * kCount}), "");
  }
}

TEST(ProvenBatches, RememberOnlyWhatIsComplete) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  const Prover prover(filled.verifier());
  filled.accept(issuer, 20);
  EXPECT_EQ(proven(prover, *filled.store().latest(), {issuer, 3}), "");
  filled.seal();
  (void)whole(prover, *filled.snapshot(), {issuer, 3});
  EXPECT_EQ(proven(prover, *filled.store().latest(), {issuer, 3}), "");
  filled.anchor(AnchorState::mined);
  (void)whole(prover, *filled.snapshot(), {issuer, 3});
  EXPECT_EQ(proven(prover, *filled.store().latest(), {issuer, 3}), "");
  EXPECT_EQ(proven(prover, *filled.store().latest(), {issuer, 20}), "");
}

TEST(ProvenBatches, FindEveryLieOfTheirStore) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  filled.accept(issuer, 9'000);
  filled.seal();
  filled.anchor();
  using Lie = LyingReader::Lie;
  const Location here{issuer, 120};
  // Under nodes that the first proof of the batch has not read.
  const Location elsewhere{issuer, 5'000};
  for (const Lie lie : {Lie::leaf, Lie::cut_leaves, Lie::node}) {
    std::vector<std::string> reports;
    const Prover prover(filled.verifier(),
                        {.ledgers = {}, .on_corrupt = [&](std::string_view reason) {
                           reports.emplace_back(reason);
                         }});
    const std::string truth = whole(prover, *filled.snapshot(), here);
    const LyingReader liar(filled.snapshot(), lie);
    std::string out;
    const auto appended = prover.append_complete(liar, elsewhere, out);
    ASSERT_FALSE(appended) << "lie " << static_cast<int>(lie);
    EXPECT_EQ(appended.error().code, Errc::corrupt);
    EXPECT_EQ(out, "");
    EXPECT_EQ(reports.size(), 1u);
    // Afterwards the truth is told as before.
    EXPECT_EQ(proven(prover, *filled.snapshot(), here), truth);
    // Nodes that have been verified are not read again; leaves are, each time.
    if (lie == Lie::node) {
      EXPECT_EQ(proven(prover, liar, here), truth);
    } else {
      EXPECT_FALSE(prover.append_complete(liar, here, out));
    }
  }
}

TEST(ProvenBatches, AreNotMadeOfNodesThatLie) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  filled.accept(issuer, 9'000);
  filled.seal();
  filled.anchor();
  const auto row = filled.snapshot()->batch_of(issuer, 0);
  ASSERT_TRUE(row);
  ProvenBatches batches;
  const LyingReader liar(filled.snapshot(), LyingReader::Lie::node);
  const Status refused = batches.remember(liar, *row, Bundle{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::corrupt);
  EXPECT_EQ(batches.find({issuer, 5}), nullptr);
  ASSERT_TRUE(batches.remember(*filled.snapshot(), *row, Bundle{}));
  EXPECT_NE(batches.find({issuer, 5}), nullptr);
  EXPECT_NE(batches.find({issuer, 8'999}), nullptr);
  EXPECT_EQ(batches.find({issuer, 9'000}), nullptr);
  EXPECT_EQ(batches.find({issuer + 1, 5}), nullptr);
}

}  // namespace
}  // namespace kedge::node
