// SPDX-License-Identifier: Apache-2.0
#include "ledger/embedded.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::ledger {
namespace {

constexpr std::uint64_t kNow = 1'767'225'600'000;

AnchorIntent intent_of(std::uint64_t epoch) {
  const std::string text = std::to_string(epoch);
  return {.epoch = epoch,
          .size = 10 * (epoch + 1),
          .root = crypto::sha256(as_bytes(text)),
          .note = "example.org/log\n" + text + "\n\n— example.org/log AAAA\n"};
}

class EmbeddedLedgerTest : public ::testing::Test {
 protected:
  std::unique_ptr<EmbeddedLedger> open() {
    auto ledger = EmbeddedLedger::open(path_, "local", [] { return kNow; });
    EXPECT_TRUE(ledger) << ledger.error().message;
    return ledger ? *std::move(ledger) : nullptr;
  }

  Error open_error() {
    auto ledger = EmbeddedLedger::open(path_, "local", [] { return kNow; });
    EXPECT_FALSE(ledger);
    return ledger ? Error{} : ledger.error();
  }

  static Attempt write(EmbeddedLedger& ledger, std::uint64_t epoch) {
    auto attempt = ledger.prepare(intent_of(epoch), {});
    EXPECT_TRUE(attempt);
    EXPECT_TRUE(ledger.send(*attempt));
    return *attempt;
  }

  std::string content() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  void put(const std::string& content) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
  }

  test::TempDir dir_;
  std::filesystem::path path_ = dir_.path() / "embedded.log";
};

TEST_F(EmbeddedLedgerTest, BeginsEmpty) {
  const auto ledger = open();
  EXPECT_EQ(*ledger->head(), std::nullopt);
  EXPECT_EQ(ledger->kind(), "embedded");
  EXPECT_EQ(ledger->name(), "local");
  EXPECT_TRUE(ledger->capabilities().enforces_prev);
  EXPECT_FALSE(ledger->capabilities().independent);
}

TEST_F(EmbeddedLedgerTest, PreparingWritesNothing) {
  const auto ledger = open();
  const auto attempt = ledger->prepare(intent_of(0), {});
  ASSERT_TRUE(attempt);
  EXPECT_EQ(content(), "");
  const auto progress = ledger->poll(intent_of(0), {&*attempt, 1});
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->phase, AnchorPhase::unknown);
  EXPECT_FALSE(progress->replace);
}

TEST_F(EmbeddedLedgerTest, SentIsFinalWithItsRecord) {
  const auto ledger = open();
  const Attempt attempt = write(*ledger, 3);
  const auto progress = ledger->poll(intent_of(3), {&attempt, 1});
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->phase, AnchorPhase::final);
  const auto record = parse_record(progress->record);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->name, "local");
  EXPECT_EQ(record->seq, 1U);
  EXPECT_EQ(record->epoch, 3U);
  EXPECT_EQ(record->size, 40U);
  EXPECT_EQ(record->root, intent_of(3).root);
  EXPECT_EQ(record->prev, Hash{});
  EXPECT_EQ(record->head, record_head(*record));
  EXPECT_EQ(record->time_ms, kNow);
  EXPECT_EQ(attempt.reference, crypto::to_hex(record->head));
}

TEST_F(EmbeddedLedgerTest, SendingAgainChangesNothing) {
  const auto ledger = open();
  const Attempt first = write(*ledger, 0);
  write(*ledger, 1);
  const std::string before = content();
  EXPECT_TRUE(ledger->send(first));
  EXPECT_EQ(content(), before);
  EXPECT_EQ((*ledger->head())->count, 2U);
}

TEST_F(EmbeddedLedgerTest, RefusesWhatDoesNotFollowTheNewest) {
  const auto ledger = open();
  const auto late = ledger->prepare(intent_of(5), {});
  write(*ledger, 6);
  const std::string before = content();
  const Status sent = ledger->send(*late);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Errc::already_exists);
  EXPECT_EQ(content(), before);
  const auto progress = ledger->poll(intent_of(5), {&*late, 1});
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->phase, AnchorPhase::unknown);
  EXPECT_TRUE(progress->replace);
}

TEST_F(EmbeddedLedgerTest, RefusesAnOlderCheckpointAfterANewerOne) {
  const auto ledger = open();
  write(*ledger, 6);
  const auto older = ledger->prepare(intent_of(5), {});
  ASSERT_TRUE(older);
  EXPECT_FALSE(ledger->send(*older));
}

TEST_F(EmbeddedLedgerTest, RefusesForeignPayloads) {
  const auto ledger = open();
  auto attempt = ledger->prepare(intent_of(0), {});
  ASSERT_TRUE(attempt);
  for (std::size_t i = 0; i < attempt->payload.size(); ++i) {
    Attempt changed = *attempt;
    changed.payload[i] ^= 1;
    EXPECT_FALSE(ledger->send(changed)) << "byte " << i;
  }
  EXPECT_FALSE(ledger->send({}));
  EXPECT_EQ(content(), "");
}

TEST_F(EmbeddedLedgerTest, ReopensWithEverything) {
  std::vector<Attempt> attempts;
  {
    const auto ledger = open();
    for (std::uint64_t epoch = 0; epoch < 20; ++epoch) attempts.push_back(write(*ledger, epoch));
  }
  const auto ledger = open();
  EXPECT_EQ((*ledger->head())->count, 20U);
  EXPECT_EQ((*ledger->head())->size, 200U);
  EXPECT_EQ((*ledger->head())->root, intent_of(19).root);
  for (std::uint64_t epoch = 0; epoch < 20; ++epoch) {
    const auto progress = ledger->poll(intent_of(epoch), {&attempts[epoch], 1});
    ASSERT_TRUE(progress);
    EXPECT_EQ(progress->phase, AnchorPhase::final) << epoch;
  }
  std::uint64_t next = 7;
  const Status replayed = ledger->replay(7, [&](const ReplayedAnchor& anchor) -> Status {
    EXPECT_EQ(anchor.seq, next);
    EXPECT_EQ(anchor.size, 10 * next);
    EXPECT_EQ(anchor.root, intent_of(next - 1).root);
    EXPECT_TRUE(parse_record(anchor.record));
    ++next;
    return {};
  });
  EXPECT_TRUE(replayed);
  EXPECT_EQ(next, 21U);
}

TEST_F(EmbeddedLedgerTest, ReplayStopsAtTheVisitorsFailure) {
  const auto ledger = open();
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch) write(*ledger, epoch);
  int calls = 0;
  const Status replayed = ledger->replay(0, [&](const ReplayedAnchor&) -> Status {
    ++calls;
    return Error{Errc::unavailable, "enough"};
  });
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().message, "enough");
  EXPECT_EQ(calls, 1);
}

TEST_F(EmbeddedLedgerTest, CutsOffATailTornAnywhere) {
  std::string whole;
  std::size_t two = 0;
  {
    const auto ledger = open();
    write(*ledger, 0);
    write(*ledger, 1);
    two = content().size();
    write(*ledger, 2);
    whole = content();
  }
  for (std::size_t size = two; size < whole.size(); size += 11) {
    put(whole.substr(0, size));
    const auto ledger = open();
    ASSERT_NE(ledger, nullptr) << size;
    EXPECT_EQ((*ledger->head())->count, 2U);
    EXPECT_EQ(content(), whole.substr(0, two));
  }
}

TEST_F(EmbeddedLedgerTest, CutsOffATailWithPagesThatNeverArrived) {
  std::string whole;
  std::size_t one = 0;
  {
    const auto ledger = open();
    write(*ledger, 0);
    one = content().size();
    write(*ledger, 1);
    whole = content();
  }
  std::string torn = whole;
  std::fill(torn.begin() + static_cast<std::ptrdiff_t>(one) + 10, torn.end() - 5, '\0');
  put(torn);
  EXPECT_EQ((*open()->head())->count, 1U);
  EXPECT_EQ(content(), whole.substr(0, one));
}

TEST_F(EmbeddedLedgerTest, FindsChangedBytes) {
  std::string whole;
  {
    const auto ledger = open();
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) write(*ledger, epoch);
    whole = content();
  }
  // The newline at the very end is what tells a whole line from a torn one.
  for (std::size_t i = 0; i + 1 < whole.size(); i += 11) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    put(damaged);
    const Error error = open_error();
    ASSERT_EQ(error.code, Errc::corrupt) << "byte " << i;
    EXPECT_NE(error.message.find("restore the file"), std::string::npos);
    EXPECT_EQ(content(), damaged) << "a damaged file is left as it is";
  }
}

TEST_F(EmbeddedLedgerTest, FindsMissingAndMovedLines) {
  std::vector<std::string> lines;
  {
    const auto ledger = open();
    std::size_t end = 0;
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
      write(*ledger, epoch);
      lines.push_back(content().substr(end));
      end += lines.back().size();
    }
  }
  for (const std::string& damaged :
       {lines[1] + lines[2], lines[0] + lines[2], lines[0] + lines[2] + lines[1],
        lines[0] + lines[1] + lines[1], lines[0] + "\n" + lines[1]}) {
    put(damaged);
    EXPECT_EQ(open_error().code, Errc::corrupt);
  }
}

TEST_F(EmbeddedLedgerTest, RefusesALineWithoutEnd) {
  put(std::string(3 * kMaxEmbeddedLine, 'x') + "\n");
  EXPECT_EQ(open_error().code, Errc::corrupt);
}

TEST_F(EmbeddedLedgerTest, SaysWhyItCannotBeOpened) {
  path_ = dir_.path() / "missing" / "embedded.log";
  EXPECT_EQ(open_error().code, Errc::storage);
  path_ = dir_.path();
  EXPECT_EQ(open_error().code, Errc::storage);
}

}  // namespace
}  // namespace kedge::ledger
