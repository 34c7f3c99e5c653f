// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "node/store/rocks_store.hpp"
#include "node/store/run_row.hpp"
#include "tests/node/store/engines.hpp"
#include "tests/node/store/raw_rows.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

class RocksStore : public testing::Test {
 protected:
  RocksStore() {
    options_.block_cache_bytes = std::size_t{8} << 20;
    options_.write_buffer_bytes = std::size_t{1} << 20;
    options_.locator_spill = 256;
  }

  [[nodiscard]] std::filesystem::path path() const { return dir_.path() / "store"; }
  std::unique_ptr<Store> create() {
    return must(create_rocks_store(path(), test_identity(), options_));
  }
  std::unique_ptr<Store> open() { return must(open_rocks_store(path(), options_)); }
  std::string open_refusal() {
    const auto opened = open_rocks_store(path(), options_);
    return opened ? "none" : code_of(opened) + ": " + opened.error().message;
  }

  /// Appends until the tail has room.
  static void append(Store& store, const node::Run& run) {
    Status done = store.append({&run, 1});
    while (!done && done.error().code == Errc::too_busy) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      done = store.append({&run, 1});
    }
    must(done);
  }

  TempDir dir_;
  RocksOptions options_;
};

TEST_F(RocksStore, CreatesOnlyWhatIsNotThere) {
  create().reset();
  EXPECT_EQ(code_of(create_rocks_store(path(), test_identity(), options_)), "already_exists");
  EXPECT_EQ(open()->identity().origin, test_identity().origin);
  EXPECT_FALSE(std::filesystem::exists(path().string() + ".creating"));
}

TEST_F(RocksStore, CreatesInAnEmptyFolderAndOverAFailedAttempt) {
  std::filesystem::create_directory(path());
  std::filesystem::create_directory(path().string() + ".creating");
  std::ofstream(path().string() + ".creating/CURRENT") << "half";
  create();
  std::filesystem::remove_all(path());
  std::filesystem::create_directory(path());
  std::ofstream(path() / "notes.txt") << "mine";
  EXPECT_EQ(code_of(create_rocks_store(path(), test_identity(), options_)), "already_exists");
  EXPECT_TRUE(std::filesystem::exists(path() / "notes.txt"));
}

TEST_F(RocksStore, OpensOnlyWhatIsThere) {
  EXPECT_TRUE(open_refusal().starts_with("not_found: there is no store in"));
  EXPECT_FALSE(std::filesystem::exists(path()));
  std::filesystem::create_directory(path());
  EXPECT_TRUE(open_refusal().starts_with("not_found"));
  EXPECT_TRUE(std::filesystem::is_empty(path()));
}

TEST_F(RocksStore, LeavesNoTrash) {
  const auto throw_away = [&] {
    std::ofstream(path() / "000123.sst.trash") << "a table that compaction has replaced";
  };
  auto store = create();
  throw_away();
  store.reset();
  EXPECT_FALSE(std::filesystem::exists(path() / "000123.sst.trash"));
  throw_away();
  store = open();
  EXPECT_FALSE(std::filesystem::exists(path() / "000123.sst.trash"));
}

TEST_F(RocksStore, IsOpenOnce) {
  const auto store = create();
  const std::string refusal = open_refusal();
  EXPECT_TRUE(refusal.starts_with("unavailable: another process has the store open"));
  EXPECT_NE(refusal.find("store/LOCK"), std::string::npos);
}

/// A fork would share this process's list of locks, so the second process must have its own: it is
/// started before the store is opened here, and opens it when it is told.
TEST_F(RocksStore, RefusesASecondProcess) {
  create().reset();
  int go[2];
  ASSERT_EQ(pipe(go), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char byte = 0;
    if (read(go[0], &byte, 1) != 1) _exit(2);
    _exit(open_refusal().starts_with("unavailable") ? 0 : 1);
  }
  const auto store = open();
  ASSERT_EQ(write(go[1], "g", 1), 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  close(go[0]);
  close(go[1]);
}

TEST_F(RocksStore, RefusesOtherSchemas) {
  create().reset();
  {
    RawRows raw(path());
    raw.put(Family::meta, keys::schema(), rows::encode_schema(keys::schema(), kSchemaVersion + 1));
  }
  EXPECT_TRUE(open_refusal().starts_with("invalid_argument: the store has schema version " +
                                         std::to_string(kSchemaVersion + 1)));
  {
    RawRows raw(path());
    raw.put(Family::meta, keys::schema(), rows::encode_schema(keys::schema(), kSchemaVersion));
    raw.add_family("one_more");
  }
  EXPECT_TRUE(open_refusal().starts_with("invalid_argument"));
}

TEST_F(RocksStore, SaysWhatToDoWithAStoreOfAnOlderSchema) {
  create().reset();
  { RawRows(path()).drop_family(Family::changes); }
  const std::string refusal = open_refusal();
  EXPECT_TRUE(refusal.starts_with("invalid_argument")) << refusal;
  EXPECT_NE(refusal.find("begin anew with `kedge init`"), std::string::npos) << refusal;
}

TEST_F(RocksStore, RefusesDamagedMetaRows) {
  create().reset();
  for (const std::string& key : {keys::schema(), keys::identity()}) {
    std::string value;
    {
      RawRows raw(path());
      value = raw.get(Family::meta, key);
      std::string damaged = value;
      damaged[damaged.size() / 2] ^= 1;
      raw.put(Family::meta, key, damaged);
    }
    EXPECT_TRUE(open_refusal().starts_with("corrupt: default: ")) << open_refusal();
    {
      RawRows raw(path());
      raw.remove(Family::meta, key);
    }
    EXPECT_TRUE(open_refusal().starts_with("corrupt"));
    RawRows(path()).put(Family::meta, key, value);
  }
  EXPECT_EQ(open_refusal(), "none");
}

/// What a crash between taking in a locator file and moving the marks leaves behind: entries in
/// the family that the rebuilt tail has too.
TEST_F(RocksStore, ForgivesMarksThatAreBehind) {
  {
    const auto store = create();
    must(store->add_issuer("a"));
    for (std::uint64_t i = 0; i < 10; ++i) append(*store, make_run(0, i * 100, {100}, 1));
  }
  { RawRows(path()).remove(Family::meta, keys::locator_mark(0)); }
  for (int round = 0; round < 2; ++round) {
    const auto store = open();
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      ASSERT_EQ(must(store->snapshot()->locate(digest_of(1, i))).size(), 1u) << i;
    }
    append(*store, make_run(0, 1'000 + std::uint64_t(round) * 300, {300}, 1));
  }
  EXPECT_EQ(must(open()->snapshot()->locate(digest_of(1, 1'599))).size(), 1u);
}

TEST_F(RocksStore, RefusesMarksBeyondTheLeaves) {
  {
    const auto store = create();
    must(store->add_issuer("a"));
    append(*store, make_run(0, 0, {5}, 1));
  }
  const std::string key = keys::locator_mark(0);
  { RawRows(path()).put(Family::meta, key, rows::encode_number(key, 6)); }
  EXPECT_TRUE(open_refusal().starts_with("corrupt: default: locator mark of issuer 0"));
}

/// Every digest gets one of four prefixes: what is a one in 2^64 event becomes the rule.
TEST_F(RocksStore, SurvivesPrefixCollisions) {
  options_.locator_spill = 2;
  options_.locator_prefix = [](const Hash& digest) { return std::uint64_t{digest[0]} % 4; };
  auto store = create();
  must(store->add_issuer("a"));
  must(store->add_issuer("b"));
  for (std::uint64_t i = 0; i < 30; ++i) {
    append(*store, make_run(0, i * 4, {4}, 1));
    append(*store, make_run(1, i * 3, {3}, 1));
  }
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t i = 0; i < 121; ++i) {
      std::vector<Location> expected;
      if (i < 120) expected.push_back({0, i});
      if (i < 90) expected.push_back({1, i});
      ASSERT_EQ(must(store->snapshot()->locate(digest_of(1, i))), expected) << i;
    }
    node::Run again = make_run(1, 90, {1}, 1);
    again.leaves = make_leaf(digest_of(1, 3));
    EXPECT_EQ(code_of(store->append({&again, 1})), "already_exists");
    store.reset();
    store = open();
  }
}

TEST_F(RocksStore, FindsAHundredThousandAcrossSpills) {
  options_.locator_spill = 5'000;
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  auto store = create();
  must(store->add_issuer("a"));
  for (std::uint64_t i = 0; i < 100; ++i) append(*store, make_run(0, i * 1'000, {1'000}, seed));
  for (int round = 0; round < 2; ++round) {
    std::vector<Hash> digests;
    for (std::uint64_t i = 0; i < 101'000; ++i) digests.push_back(digest_of(seed, i));
    const auto found = must(store->locate_many(0, digests));
    for (std::uint64_t i = 0; i < 101'000; ++i) {
      ASSERT_EQ(found[i].has_value(), i < 100'000) << i;
      if (found[i]) {
        ASSERT_EQ(found[i]->position, i);
      }
    }
    store.reset();
    store = open();
  }
}

/// Tails are filled, spilled and used again under the eyes of readers.
TEST_F(RocksStore, FindsWhatIsThereWhileTailsAreUsedAgain) {
  options_.locator_spill = 256;
  constexpr std::uint64_t kRun = 100;
  auto store = create();
  must(store->add_issuer("a"));
  std::atomic<std::uint64_t> there = 0;
  const auto read = [&](std::uint64_t step) {
    for (std::uint64_t i = 0; there < 200 * kRun; ++i) {
      const std::uint64_t known = there;
      if (known == 0) continue;
      // Half of them among the newest, which are in a tail.
      const std::uint64_t number = i % 2 == 0 ? known - 1 - i % kRun : i * step % known;
      const std::vector<Location> expected{{0, number}};
      ASSERT_EQ(must(store->latest()->locate(digest_of(1, number))), expected);
    }
  };
  std::thread one(read, 7919);
  std::thread other(read, 104729);
  for (std::uint64_t i = 0; i < 200; ++i) {
    append(*store, make_run(0, i * kRun, {kRun}, 1));
    there = (i + 1) * kRun;
  }
  one.join();
  other.join();
}

/// Whether the locator's cache has all of them, a few, or grows on the way.
TEST_F(RocksStore, FindsOneByOneWhateverIsRemembered) {
  options_.locator_spill = 500;
  for (const std::size_t octets : {std::size_t{64}, std::size_t{32} << 10, std::size_t{1} << 20}) {
    options_.locator_cache_bytes = octets;
    std::filesystem::remove_all(path());
    auto store = create();
    must(store->add_issuer("a"));
    for (std::uint64_t i = 0; i < 40; ++i) append(*store, make_run(0, i * 250, {250}, 1));
    for (int round = 0; round < 2; ++round) {
      // Twice: what was read from a file is remembered then.
      for (std::uint64_t i = 0; i < 20'000; ++i) {
        const std::uint64_t number = i * 7 % 10'100;
        const std::size_t expected = number < 10'000 ? 1 : 0;
        ASSERT_EQ(must(store->latest()->locate(digest_of(1, number))).size(), expected) << number;
      }
      store.reset();
      store = open();
    }
  }
}

/// A proof reads the leaves around its own. That others of the same window are damaged is found
/// when somebody asks for them.
TEST_F(RocksStore, ReadsLeavesBesideDamagedOnes) {
  auto store = create();
  must(store->add_issuer("a"));
  // More than a tail holds, so that the start need not read the first ones.
  for (std::uint64_t i = 0; i < 4; ++i) {
    append(*store, make_run(0, i * rows::kRunRowEntries, {rows::kRunRowEntries}, 1));
  }
  store.reset();
  {
    RawRows raw(path());
    const std::string key = keys::run(0, 0);
    std::string row = raw.get(Family::runs, key);
    row.back() = static_cast<char>(row.back() ^ 1);
    raw.put(Family::runs, key, row);
  }
  store = open();
  constexpr std::uint64_t kDamaged = rows::kRunRowEntries - rows::kRunGroup;
  for (const auto& reader : {store->snapshot(), store->latest()}) {
    for (std::uint64_t i = 0; i < rows::kRunRowEntries; ++i) {
      ASSERT_EQ(code_of(reader->leaves(0, i, 1)), i < kDamaged ? "none" : "corrupt") << i;
    }
  }
}

TEST_F(RocksStore, AnswersTooBusyWhileTheSpillWaits) {
  options_.locator_spill = 64;
  options_.locator_max_level0 = 0;
  auto store = create();
  must(store->add_issuer("a"));
  std::uint64_t next = 0;
  Status done;
  while (done && next < 1'000) {
    const node::Run run = make_run(0, next, {20}, 1);
    done = store->append({&run, 1});
    if (done) next += 20;
  }
  EXPECT_EQ(code_of(done), "too_busy");
  EXPECT_EQ(must(store->snapshot()->next_position(0)), next);
  EXPECT_EQ(must(store->snapshot()->locate(digest_of(1, next - 1))).size(), 1u);
  EXPECT_TRUE(must(store->snapshot()->locate(digest_of(1, next))).empty());
  store.reset();
  options_.locator_max_level0 = 4;
  store = open();
  append(*store, make_run(0, next, {20}, 1));
  EXPECT_EQ(must(store->snapshot()->locate(digest_of(1, next))).size(), 1u);
}

}  // namespace
}  // namespace kedge::test
