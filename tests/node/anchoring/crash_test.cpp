// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "ledger/embedded.hpp"
#include "node/anchoring/log_writer.hpp"
#include "node/anchoring/outbox.hpp"
#include "node/audit/fsck.hpp"
#include "tests/node/anchoring/engine.hpp"
#include "tests/node/anchoring/fault_ledger.hpp"
#include "tests/node/anchoring/test_log.hpp"
#include "tests/support/fault_store.hpp"
#include "tests/support/temp_dir.hpp"

/// Crash at every step: a scripted run in which the k-th write of the store, or the k-th call of
/// the ledger, fails, for every k and in both ways, followed by a restart on what was left.
namespace kedge::node {
namespace {

constexpr std::uint64_t kNow = 1'767'225'600'000;
constexpr std::string_view kAlice = "did:example:alice";
constexpr std::string_view kBob = "did:example:bob";

constexpr std::uint64_t kNever = test::FaultStore::kNever;

/// Thrown by a script whose store or ledger has failed: the process has died.
struct Died {};

/// One process: everything that it holds is gone when it dies, but for store and ledger file.
class Process {
 public:
  Process(Store& store, ledger::Ledger& ledger, test::Promises& promises)
      : store_(store),
        ledger_(ledger),
        promises_(promises),
        outbox_(store, ledger, [](const AnchorRow&) { return Status(); }) {}

  /// Everything again from the start, as clients do who do not know what was accepted.
  void run() {
    auto opened = LogWriter::open(store_, test::make_signer(), {.batch_max_size = 12});
    ASSERT_TRUE(opened) << opened.error().message;
    log_ = *std::move(opened);
    const auto standing = check_ledger_not_ahead(ledger_, *store_.snapshot());
    if (!standing && standing.error().code == Errc::unavailable) throw Died();
    ASSERT_TRUE(standing) << standing.error().message;
    EXPECT_EQ(*standing, LedgerStanding::consistent);
    need(log_->begin(now_));
    for (std::uint64_t round = 0; round < 6; ++round) {
      submit(kAlice, 100 * round, 5);
      submit(kBob, 100 * round, 3);
      submit(kAlice, 100 * round + 2, 9);
      set_statuses(round);
      if (round % 2 == 0) seal();
      if (round % 3 == 1) anchor();
    }
    seal();
    anchor();
  }

 private:
  template <class T>
  T need(Result<T> result) {
    if (!result) throw Died();
    return *std::move(result);
  }

  void submit(std::string_view issuer, std::uint64_t first, std::size_t count) {
    now_ += 10;
    const IssuerId id = need(log_->ensure_issuer(issuer));
    const auto items = test::items_of(first, count);
    auto answers = test::submit(*log_, store_, id, items, now_);
    // The locator of a store that is kept small on purpose may ask for patience.
    for (int tries = 0; !answers && answers.error().code == Errc::too_busy && tries < 2'000;
         ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      answers = test::submit(*log_, store_, id, items, now_);
    }
    promises_.add(issuer, items, need(std::move(answers)));
  }

  /// By position, whichever these are after a crash; indexes of lists by what their key has got.
  void set_statuses(std::uint64_t round) {
    using enum StatusValue;
    const auto entries = allocate(kAlice, round);
    set(kAlice, {{.target = {.list = kRegister, .index = 12 * round}, .value = revoked},
                 {.target = {.list = kRegister, .index = 12 * round + 1}, .value = suspended},
                 {.target = entries.front(), .value = revoked}});
    set(kBob, {{.target = {.list = kRegister, .index = 2 * round}, .value = suspended}});
    set(kBob, {{.target = {.list = kRegister, .index = round}, .value = revoked},
               {.target = {.list = kRegister, .index = 0}, .value = revoked}});
  }

  void set(std::string_view issuer, const std::vector<WantedStatus>& targets) {
    now_ += 10;
    const IssuerId id = need(log_->ensure_issuer(issuer));
    auto answers = test::set_status(*log_, store_, id, targets, now_);
    // The script of an earlier process has come further.
    if (!answers && answers.error().code == Errc::already_exists) return;
    promises_.add(issuer, need(std::move(answers)));
  }

  std::vector<StatusTarget> allocate(std::string_view issuer, std::uint64_t round) {
    now_ += 10;
    const IssuerId id = need(log_->ensure_issuer(issuer));
    const std::string key = "round " + std::to_string(round);
    auto result = need(test::allocate(*log_, store_, id, 3, key, now_));
    promises_.allocated.push_back({std::string(issuer), key, result.entries});
    return result.entries;
  }

  void seal() {
    now_ += 10;
    if (const auto epoch = need(log_->seal(log_->change_time(now_), Hash{}))) {
      promises_.checkpoints.push_back(epoch->checkpoint);
    }
  }

  void anchor() {
    for (int steps = 0; steps < 50; ++steps) {
      const auto step = outbox_.step(now_);
      // What a ledger fails at is tried again; what the store fails at is the end.
      if (!step && step.error().code != Errc::unavailable) throw Died();
      if (step && *step == OutboxStep::idle) return;
    }
    throw Died();
  }

  Store& store_;
  ledger::Ledger& ledger_;
  test::Promises& promises_;
  Outbox outbox_;
  std::unique_ptr<LogWriter> log_;
  std::uint64_t now_ = kNow;
};

class CrashTest : public ::testing::TestWithParam<test::EngineKind> {
 protected:
  void SetUp() override { reset(); }

  void reset() {
    ledger_.reset();
    store_.reset();
    promises_ = {};
    dir_.emplace();
    engine_ = test::make_engine(GetParam(), dir_->path());
    store_ = engine_->open();
    open_ledger();
  }

  void open_ledger() {
    ledger_.reset();
    auto opened =
        ledger::EmbeddedLedger::open(dir_->path() / "embedded.log", "local", [] { return kNow; });
    ASSERT_TRUE(opened) << opened.error().message;
    ledger_ = *std::move(opened);
  }

  void restart() {
    engine_->close(std::move(store_));
    store_ = engine_->open();
    open_ledger();
  }

  /// One process with a store that fails at its k-th write; whether it died.
  bool run(std::uint64_t fail_at, test::WriteFault fault) {
    test::FaultStore store(std::move(store_), fail_at, fault);
    bool died = false;
    try {
      Process(store, *ledger_, promises_).run();
    } catch (const Died&) {
      died = true;
    }
    writes_ = store.writes();
    store_ = store.release();
    return died;
  }

  void check() {
    EXPECT_EQ(test::audit_log(*store_->snapshot()), "");
    EXPECT_EQ(test::check_promises(*store_, promises_), "");
    const auto verifier = crypto::NoteVerifier::from_vkey(test::make_signer().vkey());
    const auto report =
        fsck(*store_->snapshot(), {.origin = std::string(test::kOrigin), .verifier = *verifier});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->clean());
    for (const Fault& fault : report->faults) ADD_FAILURE() << fault.where << ": " << fault.what;
  }

  /// Every final anchor is on the ledger once, in order, with nothing else.
  void check_anchors() {
    const auto reader = store_->snapshot();
    std::uint64_t next_epoch = 0;
    const Status replayed = ledger_->replay(1, [&](const ledger::ReplayedAnchor& anchor) -> Status {
      const auto row = reader->anchor_covering("local", next_epoch);
      EXPECT_TRUE(row) << "the ledger has an anchor that the store does not know";
      if (!row) return row.error();
      EXPECT_EQ(row->state, AnchorState::final);
      EXPECT_EQ(row->size, anchor.size);
      EXPECT_EQ(row->root, anchor.root);
      EXPECT_EQ(row->record, anchor.record);
      next_epoch = row->epoch + 1;
      return {};
    });
    EXPECT_TRUE(replayed);
    EXPECT_EQ(next_epoch, reader->latest_checkpoint()->epoch + 1) << "all is anchored";
  }

  std::optional<test::TempDir> dir_;
  std::unique_ptr<test::Engine> engine_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<ledger::EmbeddedLedger> ledger_;
  test::Promises promises_;
  std::uint64_t writes_ = 0;
};

TEST_P(CrashTest, AtEveryWriteOfTheStore) {
  ASSERT_FALSE(run(kNever, test::WriteFault::lost));
  const std::uint64_t all = writes_;
  ASSERT_GT(all, 30U);
  for (const test::WriteFault fault : {test::WriteFault::lost, test::WriteFault::unreported}) {
    for (std::uint64_t k = 0; k < all; ++k) {
      SCOPED_TRACE("write " + std::to_string(k) + " of " + std::to_string(all) +
                   (fault == test::WriteFault::unreported ? ", unreported" : ", lost"));
      reset();
      EXPECT_TRUE(run(k, fault));
      restart();
      check();
      EXPECT_FALSE(run(kNever, test::WriteFault::lost)) << "a restart gets to the end";
      check();
      check_anchors();
      if (HasFailure()) return;
    }
  }
}

TEST_P(CrashTest, AgainAndAgainAfterEveryWrite) {
  const std::uint64_t stride = GetParam() == test::EngineKind::memory ? 1 : 4;
  for (std::uint64_t survive = 2; survive <= 8; survive += stride) {
    SCOPED_TRACE("every process dies at its write " + std::to_string(survive));
    reset();
    bool done = false;
    for (int lives = 0; lives < 200 && !done; ++lives) {
      done = !run(survive, lives % 2 == 0 ? test::WriteFault::unreported : test::WriteFault::lost);
      restart();
      check();
      if (HasFailure()) return;
    }
    EXPECT_TRUE(done);
    check_anchors();
  }
}

TEST_P(CrashTest, AtEveryCallOfTheLedger) {
  std::uint64_t all = 0;
  {
    test::FaultLedger counting(*ledger_, 0, test::WriteFault::lost);
    Process(*store_, counting, promises_).run();
    all = counting.calls();
  }
  ASSERT_GE(all, 10U);
  for (const test::WriteFault fault : {test::WriteFault::lost, test::WriteFault::unreported}) {
    for (std::uint64_t k = 1; k <= all; ++k) {
      SCOPED_TRACE("call " + std::to_string(k) + " of " + std::to_string(all) +
                   (fault == test::WriteFault::unreported ? ", unreported" : ", lost"));
      reset();
      test::FaultLedger faulty(*ledger_, k, fault);
      try {
        Process(*store_, faulty, promises_).run();
      } catch (const Died&) {
        restart();
        EXPECT_FALSE(run(kNever, test::WriteFault::lost));
      }
      check();
      check_anchors();
      if (HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, CrashTest, ::testing::ValuesIn(test::engine_kinds()),
                         [](const auto& param) { return test::engine_name(param.param); });

}  // namespace
}  // namespace kedge::node
