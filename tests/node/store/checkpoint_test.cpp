// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include "node/store/rocks_store.hpp"
#include "node/store/scan.hpp"
#include "tests/node/store/engines.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

class StoreCheckpoint : public StoreTest {
 protected:
  StoreCheckpoint() { must(store().add_issuer("a")); }

  void append(std::vector<std::uint32_t> calls) {
    const node::Run run = make_run(0, must(view()->next_position(0)), std::move(calls), 1);
    must(append_runs({&run, 1}));
  }

  /// An engine without a disk refuses, and says so; nothing is left to test of it then.
  bool keeps_nothing() {
    if (GetParam().name != "memory") return false;
    EXPECT_EQ(code_of(store().checkpoint(folder())), "unavailable");
    EXPECT_FALSE(std::filesystem::exists(folder()));
    return true;
  }

  [[nodiscard]] std::filesystem::path folder() const { return dir_.path() / "copy"; }

  TempDir dir_;
};

TEST_P(StoreCheckpoint, IsTheStoreOfThatMoment) {
  append({300});
  must(store().seal(make_seal(*view(), {{0, 200}}, 5)));
  if (keeps_nothing()) return;
  must(store().checkpoint(folder()));
  append({7});
  must(store().add_issuer("b"));

  const auto copy = must(open_rocks_store(folder()));
  EXPECT_EQ(copy->identity().origin, store().identity().origin);
  const auto reader = copy->snapshot();
  EXPECT_EQ(must(reader->next_position(0)), 300u);
  EXPECT_EQ(must(reader->issuers()).size(), 1u);
  EXPECT_EQ(must(reader->latest_checkpoint()).root, must(view()->latest_checkpoint()).root);
  EXPECT_EQ(must(reader->locate(digest_of(1, 299))).size(), 1u);
  EXPECT_TRUE(must(reader->locate(digest_of(1, 300))).empty());
  // The two go their own ways.
  const node::Run run = make_run(0, 300, {1}, 2);
  must(copy->append({&run, 1}));
  EXPECT_TRUE(must(view()->locate(digest_of(2, 300))).empty());
  EXPECT_EQ(must(view()->next_position(0)), 307u);
}

TEST_P(StoreCheckpoint, ReplacesNothing) {
  if (keeps_nothing()) return;
  std::filesystem::create_directory(folder());
  EXPECT_EQ(code_of(store().checkpoint(folder())), "already_exists");
  std::filesystem::remove(folder());
  std::filesystem::create_symlink("nowhere", folder());
  EXPECT_EQ(code_of(store().checkpoint(folder())), "already_exists");
  EXPECT_NE(code_of(store().checkpoint(dir_.path() / "none" / "copy")), "none");
  append({1});
}

/// Every copy holds what was acknowledged before it was asked for, and no half of what came later.
TEST_P(StoreCheckpoint, HoldsWholeWritesWhileTheWriterGoesOn) {
  if (keeps_nothing()) return;
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> acknowledged = 0;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      append({13, 4});
      acknowledged = must(view()->next_position(0));
      if (i % 5 == 4) must(store().seal(make_seal(*view(), {{0, 85}})));
    }
  });
  for (int i = 0; i < 8; ++i) {
    while (acknowledged < 170u * static_cast<unsigned>(i + 1)) std::this_thread::yield();
    const std::uint64_t before = acknowledged;
    const auto path = dir_.path() / std::to_string(i);
    must(store().checkpoint(path));
    EXPECT_TRUE(must(scan_rows(path, {})).clean());
    const auto copy = must(open_rocks_store(path));
    const auto reader = copy->snapshot();
    const std::uint64_t next = must(reader->next_position(0));
    EXPECT_GE(next, before);
    EXPECT_EQ(next % 17, 0u);
    EXPECT_EQ(must(reader->leaves(0, 0, next)).size(), next * LeafEntry::kSize);
    EXPECT_EQ(must(reader->locate(digest_of(1, next - 1))).size(), 1u);
    EXPECT_TRUE(must(reader->locate(digest_of(1, next))).empty());
  }
  stop = true;
  writer.join();
}

KEDGE_ON_ALL_ENGINES(StoreCheckpoint);

}  // namespace
}  // namespace kedge::test
