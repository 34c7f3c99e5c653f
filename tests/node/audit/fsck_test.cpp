// SPDX-License-Identifier: Apache-2.0
#include "node/audit/fsck.hpp"

#include <random>

#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "node/anchoring/log_writer.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/audit/audited_store.hpp"
#include "tests/support/log_checker.hpp"

namespace kedge::node {
namespace {

using test::check;
using test::FilledStore;
using test::kOrigin;
using test::store_is_sound;
using test::text_of;

TEST(Fsck, ASoundStoreIsClean) {
  const FilledStore filled = test::audited_store();
  const FsckReport report = check(filled, {});
  EXPECT_TRUE(report.clean()) << text_of(report);
  EXPECT_TRUE(report.signatures_checked);
  EXPECT_EQ(report.log_entries, 9U);
  EXPECT_EQ(report.checkpoints, 4U);
  EXPECT_EQ(report.issuers, 3U);
  EXPECT_EQ(report.batches, 4U);
  EXPECT_EQ(report.leaves, 62U);
  EXPECT_EQ(report.sealed, 59U);
  EXPECT_EQ(report.located, 62U);
  EXPECT_EQ(report.batch_nodes, 4U) << "2 and 1 over the 37 leaves, 1 over the 16";
  EXPECT_EQ(report.anchors, 2U);
}

TEST(Fsck, AnEmptyStoreIsClean) {
  const auto store = make_memory_store({kOrigin, {}});
  ASSERT_TRUE(store);
  FsckOptions options;
  options.origin = kOrigin;
  const auto report = fsck(*(*store)->snapshot(), options);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->clean()) << text_of(*report);
  EXPECT_EQ(report->log_entries, 0U);
  EXPECT_FALSE(report->signatures_checked);
}

TEST(Fsck, ALogOfManyTilesIsClean) {
  FilledStore filled(kOrigin);
  for (int i = 0; i < 9; ++i) filled.add_issuer("did:example:" + std::to_string(i));
  for (int epoch = 0; epoch < 70; ++epoch) {
    for (IssuerId issuer = 0; issuer < 9; ++issuer) filled.accept(issuer, 1 + issuer * 5);
    filled.seal();
    const auto reader = filled.snapshot();
    if (epoch % 10 == 0) {
      ASSERT_TRUE(store_is_sound(*reader, kOrigin, filled.verifier()));
    }
  }
  const FsckReport report = check(filled, {});
  EXPECT_TRUE(report.clean()) << text_of(report);
  EXPECT_EQ(report.log_entries, 702U);
  EXPECT_EQ(report.tiles, 3U) << "of level 0; level 1 is the right edge";
}

TEST(Fsck, WhatTheLogWriterWritesIsClean) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto store = make_memory_store({kOrigin, {}});
  ASSERT_TRUE(store);
  auto key = crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, Bytes(32, 1));
  auto signer = crypto::NoteSigner::create(kOrigin, *std::move(key));
  const auto verifier = crypto::NoteVerifier::from_vkey(signer->vkey());
  auto writer = LogWriter::open(**store, *std::move(signer), {.batch_max_size = 40});
  ASSERT_TRUE(writer) << writer.error().message;
  std::uint64_t now = 1'000'000;
  ASSERT_TRUE((*writer)->begin(now));

  std::vector<IssuerId> issuers;
  for (const char* name : {"did:example:a", "did:example:b", "did:example:c"}) {
    issuers.push_back(*(*writer)->ensure_issuer(name));
  }
  for (int round = 0; round < 30; ++round) {
    const IssuerId issuer = issuers[random() % issuers.size()];
    node::Run run;
    run.issuer = issuer;
    run.first_position = (*writer)->next_position(issuer);
    run.time_ms = now;
    for (auto calls = 1 + random() % 4; calls > 0; --calls) {
      run.call_sizes.push_back(static_cast<std::uint32_t>(1 + random() % 30));
    }
    std::uint32_t total = 0;
    for (const std::uint32_t size : run.call_sizes) total += size;
    for (std::uint32_t i = 0; i < total; ++i) {
      const LeafEntry leaf{
          crypto::DigestProfile::jws, {}, FilledStore::digest(issuer, run.first_position + i)};
      const LeafBytes bytes = encode_leaf(leaf);
      run.leaves.insert(run.leaves.end(), bytes.begin(), bytes.end());
    }
    ASSERT_TRUE((*writer)->accept(std::span(&run, 1)));
    now += random() % 100;
    if (random() % 3 == 0) {
      ASSERT_TRUE((*writer)->seal(now, Hash{}));
    }
    ASSERT_TRUE(store_is_sound(*(*store)->snapshot(), kOrigin, *verifier));
  }
}

TEST(Fsck, AnEpochRefersToAFinalAnchor) {
  for (const bool known : {true, false}) {
    FilledStore filled = test::audited_store();
    const auto anchor = filled.snapshot()->anchor("embedded", 1);
    ASSERT_TRUE(anchor);
    Hash reference = crypto::sha256(as_bytes(anchor->record));
    if (!known) reference[0] ^= 1;
    auto signer = crypto::NoteSigner::from_private_text(filled.signer().private_text());
    auto writer = LogWriter::open(filled.store(), *std::move(signer), {});
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_TRUE((*writer)->seal(FilledStore::kFirstTimeMs + 60'000, reference));
    const FsckReport report = check(filled, {});
    EXPECT_EQ(report.clean(), known) << text_of(report);
    EXPECT_EQ(test::names(report, "log entry 10"), !known) << text_of(report);
  }
}

TEST(Fsck, AnotherOriginOrKeyIsSeen) {
  const FilledStore filled = test::audited_store();
  FsckOptions options;
  options.origin = "other.example/kedge";
  options.verifier = filled.verifier();
  auto report = fsck(*filled.snapshot(), options);
  ASSERT_TRUE(report);
  EXPECT_TRUE(test::names(*report, "log entry 0")) << text_of(*report);
  EXPECT_TRUE(test::names(*report, "checkpoint of epoch 0"));

  options.origin = kOrigin;
  options.verifier = FilledStore(kOrigin, nullptr, 99).verifier();
  report = fsck(*filled.snapshot(), options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->fault_count, 4U) << "each checkpoint, and nothing else: " << text_of(*report);
}

TEST(Fsck, ReportsProgressAndBoundsItsFaults) {
  const FilledStore filled = test::audited_store();
  FsckOptions options;
  options.origin = "other.example/kedge";
  options.max_faults = 2;
  options.locator = false;
  std::vector<FsckProgress> seen;
  options.progress = [&](const FsckProgress& progress) { seen.push_back(progress); };
  const auto report = fsck(*filled.snapshot(), options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->faults.size(), 2U);
  EXPECT_EQ(report->fault_count, 5U) << "genesis and four checkpoints";
  EXPECT_EQ(report->located, 0U);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.front().phase, "log");
  EXPECT_EQ(seen.back().phase, "leaves");
  EXPECT_EQ(seen.back().done, 62U);
  EXPECT_EQ(seen.back().total, 62U);
}

}  // namespace
}  // namespace kedge::node
