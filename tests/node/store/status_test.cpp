// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "crypto/sha256.hpp"
#include "tests/node/store/engines.hpp"

/// Changes of status and lists, before the log has them.
namespace kedge::test {
namespace {

using namespace kedge::node;
using enum StatusValue;

constexpr std::uint64_t kNewest = ~std::uint64_t{0};

class StoreStatus : public StoreTest {
 protected:
  StoreStatus() {
    for (const char* name : {"a", "b"}) must(store().add_issuer(name));
    for (const IssuerId issuer : {0u, 1u}) {
      const node::Run run = make_run(issuer, 0, {100}, issuer);
      must(append_runs({&run, 1}));
    }
  }

  static ChangeRun run(IssuerId issuer, std::uint64_t first, std::vector<StatusChange> changes,
                       std::uint8_t reason = 1, std::string actor = "registrar") {
    return {issuer, first, reason, std::move(actor), std::move(changes)};
  }
  Status change(const ChangeRun& what) { return store().append_changes({&what, 1}); }

  StatusAllocation open(IssuerId issuer, std::uint32_t list, std::uint64_t size,
                        std::uint64_t count, std::string key) {
    StatusListRow row;
    row.issuer = issuer;
    row.list = list;
    row.size = size;
    row.key.fill(0x11);
    return {{issuer, std::move(key), 5, {{list, 0, count}}}, {row}};
  }
  Status allocate(const StatusAllocation& what) { return store().allocate_status({&what, 1}); }

  std::vector<ChangeRun> journal(IssuerId issuer, std::uint64_t first) {
    std::vector<ChangeRun> runs;
    must(view()->visit_changes(issuer, first, [&](const ChangeRun& r) -> Status {
      runs.push_back(r);
      return {};
    }));
    return runs;
  }
};

TEST_P(StoreStatus, BeginsEmpty) {
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->next_change(0)), 0u);
    EXPECT_EQ(code_of(reader->next_change(2)), "not_found");
    EXPECT_EQ(code_of(reader->target_status(0, {0, 0})), "not_found");
    EXPECT_TRUE(journal(0, 0).empty());
    EXPECT_TRUE(must(reader->status_lists(0)).empty());
    EXPECT_EQ(code_of(reader->status_lists(2)), "not_found");
    EXPECT_EQ(code_of(reader->status_list(0, 1)), "not_found");
    EXPECT_EQ(code_of(reader->allocation(0, "x")), "not_found");
    EXPECT_EQ(code_of(reader->status_at(0, kNewest)), "not_found");
    EXPECT_EQ(code_of(reader->status_entry_at(0)), "not_found");
    EXPECT_EQ(code_of(reader->status_tile(0, 0, 0, 0, kNewest)), "not_found");
    EXPECT_EQ(code_of(reader->published(0, 0, 0)), "not_found");
    EXPECT_EQ(code_of(reader->published_before(0, 0, 0, kNewest)), "not_found");
  });
}

TEST_P(StoreStatus, KeepsTheJournalAndTheNewestStatus) {
  const ChangeRun runs[] = {
      run(0, 0, {{{0, 7}, valid, suspended, 10}, {{0, 3}, valid, revoked, 10}}, 5, "first"),
      run(1, 0, {{{0, 7}, valid, revoked, 11}}, 2, "other"),
      run(0, 2, {{{0, 7}, suspended, valid, 12}, {{0, 9}, valid, suspended, 12}}, 3, ""),
      run(0, 4, {{{0, 7}, valid, revoked, 13}}, 4, "last")};
  must(store().append_changes(std::span(runs).first(3)));
  must(change(runs[3]));
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->next_change(0)), 5u);
    EXPECT_EQ(must(reader->next_change(1)), 1u);
    const TargetStatus seven = must(reader->target_status(0, {0, 7}));
    EXPECT_EQ(seven.value, revoked);
    EXPECT_EQ(seven.change, 4u);
    EXPECT_EQ(seven.time_ms, 13u);
    EXPECT_EQ(seven.reason, 4u);
    EXPECT_EQ(seven.actor, "last");
    const std::vector<StatusTarget> wanted = {{0, 9}, {0, 8}, {0, 3}};
    const auto found = must(reader->targets(0, wanted));
    EXPECT_EQ(found[0]->value, suspended);
    EXPECT_FALSE(found[1]);
    EXPECT_EQ(found[2]->actor, "first");
    EXPECT_EQ(must(reader->target_status(1, {0, 7})).actor, "other");
    std::vector<StatusTarget> visited;
    must(reader->visit_targets(0, [&](const StatusTarget& t, const TargetStatus&) -> Status {
      visited.push_back(t);
      return {};
    }));
    EXPECT_EQ(visited, (std::vector<StatusTarget>{{0, 3}, {0, 7}, {0, 9}}));

    const auto all = journal(0, 0);
    ASSERT_EQ(all.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      const ChangeRun& want = runs[i == 0 ? 0 : i + 1];
      EXPECT_EQ(all[i].first_change, want.first_change);
      EXPECT_EQ(all[i].changes, want.changes);
      EXPECT_EQ(all[i].reason, want.reason);
      EXPECT_EQ(all[i].actor, want.actor);
    }
    const auto rest = journal(0, 3);
    ASSERT_EQ(rest.size(), 2u);
    EXPECT_EQ(rest[0].first_change, 3u);
    EXPECT_EQ(rest[0].changes, (std::vector<StatusChange>{runs[2].changes[1]}));
    EXPECT_TRUE(journal(0, 5).empty());
    EXPECT_EQ(journal(1, 0).size(), 1u);
    EXPECT_EQ(code_of(reader->visit_changes(0, 0,
                                            [](const ChangeRun&) -> Status {
                                              return Error{Errc::internal, "x"};
                                            })),
              "internal");
  });
}

TEST_P(StoreStatus, ASnapshotSeesWhatWasThere) {
  must(change(run(0, 0, {{{0, 7}, valid, suspended, 10}})));
  const auto before = view();
  must(change(run(0, 1, {{{0, 7}, suspended, revoked, 11}, {{0, 8}, valid, revoked, 11}})));
  must(allocate(open(0, 1, 131'072, 3, "k")));
  EXPECT_EQ(must(before->next_change(0)), 1u);
  EXPECT_EQ(must(before->target_status(0, {0, 7})).value, suspended);
  EXPECT_EQ(code_of(before->target_status(0, {0, 8})), "not_found");
  EXPECT_EQ(code_of(before->status_list(0, 1)), "not_found");
  EXPECT_EQ(code_of(before->allocation(0, "k")), "not_found");
  EXPECT_EQ(must(view()->target_status(0, {0, 7})).value, revoked);
}

TEST_P(StoreStatus, RefusesChangesThatMayNotBe) {
  must(change(run(0, 0, {{{0, 1}, valid, revoked, 10}, {{0, 2}, valid, suspended, 10}})));
  must(allocate(open(0, 1, 1'000, 10, "k")));
  const auto wide = static_cast<StatusValue>(3);
  const std::pair<const char*, ChangeRun> bad[] = {
      {"invalid_argument", run(0, 2, {})},
      {"invalid_argument", run(0, 2, {{{0, 5}, valid, valid, 1}})},
      {"invalid_argument", run(0, 2, {{{0, 1}, revoked, valid, 1}})},
      {"invalid_argument", run(0, 2, {{{0, 1}, revoked, suspended, 1}})},
      {"invalid_argument", run(0, 2, {{{0, 5}, valid, wide, 1}})},
      {"invalid_argument", run(0, 2, {{{0, 5}, wide, valid, 1}})},
      {"invalid_argument", run(0, 2, {{{0, 100}, valid, revoked, 1}})},
      {"invalid_argument", run(0, 2, {{{1, 1'000}, valid, revoked, 1}})},
      {"invalid_argument", run(0, 2, {{{0, 5}, valid, revoked, 1}}, 1, std::string(256, 'a'))},
      {"not_found", run(0, 2, {{{2, 0}, valid, revoked, 1}})},
      {"not_found", run(2, 0, {{{0, 0}, valid, revoked, 1}})},
      {"not_found", run(1, 0, {{{1, 0}, valid, revoked, 1}})},
      {"corrupt", run(0, 1, {{{0, 5}, valid, revoked, 1}})},
      {"corrupt", run(0, 3, {{{0, 5}, valid, revoked, 1}})},
      {"corrupt", run(0, 2, {{{0, 1}, valid, revoked, 1}})},
      {"corrupt", run(0, 2, {{{0, 2}, valid, revoked, 1}})},
      {"corrupt", run(0, 2, {{{0, 5}, suspended, valid, 1}})},
      {"corrupt", run(0, 2, {{{0, 5}, valid, suspended, 1}, {{0, 5}, valid, revoked, 1}})}};
  const ChangeRun good = run(1, 0, {{{0, 5}, valid, revoked, 1}});
  for (const auto& [code, what] : bad) {
    SCOPED_TRACE(code + std::string(" ") + std::to_string(&what - &bad[0].second));
    EXPECT_EQ(code_of(change(what)), code);
    // All or nothing.
    const ChangeRun both[] = {good, what};
    EXPECT_NE(code_of(store().append_changes(both)), "none");
    const ChangeRun twice_good[] = {good, good};
    EXPECT_EQ(code_of(store().append_changes(twice_good)), "corrupt");
  }
  ChangeRun large = run(0, 2, std::vector<StatusChange>(kMaxRunChanges + 1));
  EXPECT_EQ(code_of(change(large)), "invalid_argument");
  twice([&] {
    EXPECT_EQ(must(view()->next_change(0)), 2u);
    EXPECT_EQ(must(view()->next_change(1)), 0u);
    EXPECT_EQ(code_of(view()->target_status(1, {0, 5})), "not_found");
    EXPECT_EQ(journal(0, 0).size(), 1u);
  });
  must(change(good));
  must(change(run(0, 2, {{{0, 2}, suspended, valid, 2}, {{0, 2}, valid, revoked, 3}})));
  EXPECT_EQ(must(view()->target_status(0, {0, 2})).change, 3u);
}

/// What was asked before a change is what it is compared with, and only until then.
TEST_P(StoreStatus, ForgetsWhatItToldBeforeChanges) {
  const std::vector<StatusTarget> asked = {{0, 7}, {0, 3}};
  const auto value_of = [&](const StoreReader& reader, std::size_t i) {
    const auto standing = must(reader.targets(0, asked))[i];
    return standing ? standing->value : valid;
  };
  const auto reader = store().before_changes();
  EXPECT_EQ(value_of(*reader, 0), valid);
  EXPECT_EQ(value_of(*reader, 0), valid) << "told once more";
  EXPECT_EQ(code_of(change(run(0, 0, {{{0, 7}, suspended, valid, 10}}))), "corrupt");
  // One that was asked for and one that was not.
  must(change(run(0, 0, {{{0, 7}, valid, suspended, 10}, {{0, 9}, valid, revoked, 10}})));
  EXPECT_EQ(must(view()->target_status(0, {0, 7})).value, suspended);
  EXPECT_EQ(code_of(change(run(0, 2, {{{0, 7}, valid, revoked, 11}}))), "corrupt");
  EXPECT_EQ(code_of(change(run(0, 2, {{{0, 9}, valid, suspended, 11}}))), "corrupt");
  must(change(run(0, 2, {{{0, 7}, suspended, valid, 11}})));

  // Of another issuer, nothing was asked.
  EXPECT_EQ(value_of(*store().before_changes(), 1), valid);
  must(change(run(1, 0, {{{0, 3}, valid, revoked, 12}})));
  EXPECT_EQ(value_of(*store().before_changes(), 1), valid);
  must(change(run(0, 3, {{{0, 3}, valid, revoked, 13}})));
  EXPECT_EQ(value_of(*store().before_changes(), 1), revoked);
  EXPECT_EQ(code_of(change(run(1, 1, {{{0, 3}, valid, revoked, 14}}))), "corrupt");
}

TEST_P(StoreStatus, HandsOutSlotsOnceAndKnowsTheRequest) {
  must(allocate(open(0, 1, 1'000, 700, "one")));
  StatusAllocation next = open(0, 2, 2'000, 50, "two");
  next.allocation.ranges = {{1, 700, 100}, {2, 0, 50}};
  const StatusAllocation third = {{0, "three", 6, {{2, 50, 1}}}, {}};
  const StatusAllocation group[] = {next, third, open(1, 1, 131'072, 1, "one")};
  must(store().allocate_status(group));
  twice([&] {
    const auto reader = view();
    const auto lists = must(reader->status_lists(0));
    ASSERT_EQ(lists.size(), 2u);
    EXPECT_EQ(lists[0].allocated, 800u);
    EXPECT_EQ(lists[1].allocated, 51u);
    EXPECT_EQ(lists[1].size, 2'000u);
    EXPECT_EQ(lists[1].key, next.opened[0].key);
    EXPECT_EQ(lists[1].purposes, kPurposeRevocation | kPurposeSuspension);
    EXPECT_EQ(must(reader->status_list(1, 1)).allocated, 1u);
    EXPECT_EQ(must(reader->allocation(0, "two")).ranges, next.allocation.ranges);
    EXPECT_EQ(must(reader->allocation(0, "one")).time_ms, 5u);
    EXPECT_EQ(must(reader->allocation(0, "three")).ranges, third.allocation.ranges);
    EXPECT_EQ(code_of(reader->allocation(1, "two")), "not_found");
  });
  must(change(run(0, 0, {{{2, 1'999}, valid, revoked, 1}})));
}

TEST_P(StoreStatus, RefusesAllocationsThatMayNotBe) {
  must(allocate(open(0, 1, 100, 70, "k")));
  std::vector<std::pair<const char*, StatusAllocation>> bad;
  const auto add = [&](const char* code, std::vector<AllocatedRange> ranges,
                       std::string key = "new") {
    bad.push_back({code, {{0, std::move(key), 1, std::move(ranges)}, {}}});
  };
  add("already_exists", {{1, 70, 1}}, "k");
  add("invalid_argument", {{1, 70, 1}}, "");
  add("invalid_argument", {{1, 70, 1}}, std::string(256, 'k'));
  add("invalid_argument", {});
  add("invalid_argument", {{1, 70, 0}});
  add("invalid_argument", {{1, 70, 31}});
  add("corrupt", {{1, 69, 1}});
  add("corrupt", {{1, 70, 1}, {1, 70, 1}});
  add("not_found", {{2, 0, 1}});
  add("not_found", {{0, 0, 1}});
  bad.push_back({"not_found", open(2, 1, 100, 1, "new")});
  bad.push_back({"corrupt", open(0, 3, 100, 1, "new")});
  bad.push_back({"corrupt", open(0, 1, 100, 1, "new")});
  bad.push_back({"invalid_argument", open(0, 2, 0, 1, "new")});
  bad.push_back({"invalid_argument", open(0, 2, kMaxListSize + 1, 1, "new")});
  StatusAllocation odd = open(0, 2, 100, 1, "new");
  odd.opened[0].purposes = 0;
  bad.push_back({"invalid_argument", odd});
  odd.opened[0].purposes = 4;
  bad.push_back({"invalid_argument", odd});
  odd = open(0, 2, 100, 1, "new");
  odd.opened[0].allocated = 1;
  bad.push_back({"invalid_argument", odd});
  odd = open(0, 2, 100, 1, "new");
  odd.allocation.ranges = {{1, 70, 1}};
  bad.push_back({"invalid_argument", odd});
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(code_of(allocate(bad[i].second)), bad[i].first) << i;
  }
  const StatusAllocation same[] = {{{0, "new", 1, {{1, 70, 1}}}, {}},
                                   {{0, "new", 1, {{1, 71, 1}}}, {}}};
  EXPECT_EQ(code_of(store().allocate_status(same)), "already_exists");
  twice([&] {
    EXPECT_EQ(must(view()->status_lists(0)).size(), 1u);
    EXPECT_EQ(must(view()->status_list(0, 1)).allocated, 70u);
    EXPECT_EQ(code_of(view()->allocation(0, "new")), "not_found");
  });
  must(allocate(same[0]));
}

/// Random changes against plain maps.
TEST_P(StoreStatus, AgreesWithAPlainMap) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::map<StatusTarget, std::pair<StatusValue, std::uint64_t>> expected;
  std::uint64_t next = 0;
  for (int call = 0; call < 60; ++call) {
    std::vector<ChangeRun> runs;
    for (std::uint64_t r = random() % 3 + 1; r > 0; --r) {
      std::vector<StatusChange> changes;
      const std::uint64_t first = next;
      for (std::uint64_t i = random() % 20 + 1; i > 0; --i) {
        const StatusTarget target{0, random() % 100};
        auto& [value, change] = expected[target];
        const auto after = static_cast<StatusValue>(random() % 3);
        if (!may_change(value, after)) continue;
        changes.push_back({target, value, after, next});
        value = after;
        change = next++;
      }
      if (!changes.empty()) runs.push_back(run(0, first, std::move(changes)));
    }
    if (random() % 2 == 0) {
      std::vector<StatusTarget> asked(random() % 50);
      for (StatusTarget& target : asked) target = {0, random() % 100};
      must(store().before_changes()->targets(0, asked));
    }
    if (!runs.empty()) must(store().append_changes(runs));
    if (call % 20 == 19) reopen();
    const auto reader = view();
    ASSERT_EQ(must(reader->next_change(0)), next);
    for (const auto& [target, status] : expected) {
      const auto found = reader->target_status(0, target);
      if (status.first == valid && !found) continue;
      ASSERT_EQ(must(found).value, status.first);
      ASSERT_EQ(found->change, status.second);
    }
  }
}

KEDGE_ON_ALL_ENGINES(StoreStatus);

}  // namespace
}  // namespace kedge::test
