// SPDX-License-Identifier: Apache-2.0
#include "node/store/leaf_windows.hpp"

#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "node/store/checks.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

constexpr std::size_t kWindow = rows::kRunRowEntries;
constexpr std::size_t kEntry = LeafEntry::kSize;

/// Octets that tell from which place they are.
Bytes entries_at(IssuerId issuer, std::uint64_t first, std::size_t count) {
  Bytes out;
  for (std::uint64_t position = first; position < first + count; ++position) {
    std::mt19937_64 octets(position * 1'000 + issuer);
    for (std::size_t i = 0; i < kEntry; ++i) out.push_back(static_cast<std::uint8_t>(octets()));
  }
  return out;
}

Hash digest_at(IssuerId issuer, std::uint64_t position) {
  return leaf_digest(entries_at(issuer, position, 1), 0);
}

bool has(const LeafWindows& windows, IssuerId issuer, std::uint64_t first, std::size_t count = 1) {
  Bytes out;
  return windows.read(issuer, first, count, out) && out == entries_at(issuer, first, count);
}

TEST(LeafWindows, ReadsWhatIsRememberedAndNothingElse) {
  LeafWindows windows(64 * LeafWindows::kOctets);
  windows.remember(7, 2 * kWindow, entries_at(7, 2 * kWindow, kWindow));
  for (const std::size_t from : {0U, 1U, 15U, 16U, 100U, 255U}) {
    EXPECT_TRUE(has(windows, 7, 2 * kWindow + from)) << from;
    EXPECT_TRUE(has(windows, 7, 2 * kWindow + from, kWindow - from)) << from;
  }
  EXPECT_FALSE(has(windows, 7, kWindow));
  EXPECT_FALSE(has(windows, 7, 3 * kWindow));
  EXPECT_FALSE(has(windows, 6, 2 * kWindow));

  Bytes untouched = {1};
  EXPECT_FALSE(windows.read(6, 0, 1, untouched));
  EXPECT_EQ(untouched, Bytes{1});
}

TEST(LeafWindows, TellsTheLastIssuerAndPositionFromTheFirst) {
  LeafWindows windows(64 * LeafWindows::kOctets);
  for (const IssuerId issuer : {IssuerId{0}, kMaxIssuers}) {
    for (const std::uint64_t first : {std::uint64_t{0}, kMaxPositions - kWindow}) {
      windows.remember(issuer, first, entries_at(issuer, first, kWindow));
    }
  }
  for (const IssuerId issuer : {IssuerId{0}, kMaxIssuers}) {
    EXPECT_TRUE(has(windows, issuer, 0, kWindow));
    EXPECT_TRUE(has(windows, issuer, kMaxPositions - kWindow, kWindow));
  }
}

TEST(LeafWindows, ConfirmsADigestWhereItKnowsTheLeaf) {
  LeafWindows windows(64 * LeafWindows::kOctets);
  windows.remember(1, 0, entries_at(1, 0, 20));
  EXPECT_EQ(windows.has_digest({1, 19}, digest_at(1, 19)), true);
  EXPECT_EQ(windows.has_digest({1, 19}, digest_at(1, 18)), false);
  EXPECT_EQ(windows.has_digest({1, 20}, digest_at(1, 20)), std::nullopt);
  EXPECT_EQ(windows.has_digest({2, 19}, digest_at(1, 19)), std::nullopt);
}

TEST(LeafWindows, AWindowGrowsAndNeverShrinks) {
  LeafWindows windows(64 * LeafWindows::kOctets);
  windows.remember(1, 0, entries_at(1, 0, 10));
  EXPECT_TRUE(has(windows, 1, 0, 10));
  EXPECT_FALSE(has(windows, 1, 0, 11));
  windows.remember(1, 0, entries_at(1, 0, 30));
  EXPECT_TRUE(has(windows, 1, 0, 30));
  windows.remember(1, 0, entries_at(1, 0, 10));
  EXPECT_TRUE(has(windows, 1, 0, 30));
}

TEST(LeafWindows, KeepsNoMoreThanItHasRoomForAndWhatIsAskedForLonger) {
  constexpr std::size_t kRoom = 256;
  LeafWindows windows(kRoom * LeafWindows::kOctets);
  constexpr std::uint64_t kMany = 4 * kRoom;
  for (std::uint64_t i = 0; i < kMany; ++i) {
    windows.remember(1, i * kWindow, entries_at(1, i * kWindow, 1));
    EXPECT_TRUE(has(windows, 1, 0)) << "asked for all the time, " << i;
  }
  std::size_t kept = 0;
  for (std::uint64_t i = 0; i < kMany; ++i) kept += has(windows, 1, i * kWindow) ? 1U : 0U;
  EXPECT_EQ(kept, kRoom);
}

/// Memory is taken for 2,048 windows at once.
TEST(LeafWindows, GrowsOverManyPiecesOfMemory) {
  constexpr std::uint64_t kRoom = 5'000;
  LeafWindows windows(kRoom * LeafWindows::kOctets);
  for (std::uint64_t i = 0; i < kRoom; ++i) {
    windows.remember(1, i * kWindow, entries_at(1, i * kWindow, 1));
  }
  for (std::uint64_t i = 0; i < kRoom; ++i) EXPECT_TRUE(has(windows, 1, i * kWindow)) << i;
}

TEST(LeafWindows, WithoutRoomRemembersNothing) {
  for (const std::size_t octets : {std::size_t{0}, LeafWindows::kOctets - 1}) {
    LeafWindows windows(octets);
    windows.remember(1, 0, entries_at(1, 0, kWindow));
    EXPECT_FALSE(has(windows, 1, 0));
  }
}

/// With room for few, so that slots are taken from readers all the time.
TEST(LeafWindows, ManyReadersSeeWholeEntriesOnly) {
  constexpr std::uint64_t kMany = 64;
  LeafWindows windows(kMany / 2 * LeafWindows::kOctets);
  std::vector<Bytes> whole;
  for (std::uint64_t i = 0; i < kMany; ++i) {
    whole.push_back(entries_at(1, i * kWindow, kWindow));
  }
  std::atomic<std::size_t> read = 0;
  std::atomic<std::size_t> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937_64 random(seed);
      Bytes out;
      for (int i = 0; i < 5'000; ++i) {
        const std::uint64_t window = random() % kMany;
        const std::size_t from = random() % kWindow;
        const std::size_t count = 1 + random() % (kWindow - from);
        out.clear();
        if (windows.read(1, window * kWindow + from, count, out)) {
          ++read;
          const auto expected = ByteView(whole[window]).subspan(from * kEntry, count * kEntry);
          if (!std::equal(out.begin(), out.end(), expected.begin(), expected.end())) ++wrong;
        } else {
          const std::size_t known = 1 + random() % kWindow;
          windows.remember(1, window * kWindow, ByteView(whole[window]).first(known * kEntry));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(read, 0U);
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace kedge::test
