// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "node/store/checks.hpp"
#include "tests/node/store/engines.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

class StoreAppend : public StoreTest {
 protected:
  /// Appends the next positions of an issuer; its digests are those of the seed.
  void append(IssuerId issuer, std::vector<std::uint32_t> calls, std::uint64_t seed) {
    const node::Run run =
        make_run(issuer, must(view()->next_position(issuer)), std::move(calls), seed);
    must(append_runs({&run, 1}));
  }

  std::vector<StoredLeaf> stored(IssuerId issuer, std::uint64_t first) {
    std::vector<StoredLeaf> leaves;
    must(view()->visit_leaves(issuer, first, [&](const StoredLeaf& leaf) -> Status {
      leaves.push_back(leaf);
      leaves.back().entry = {};
      return {};
    }));
    return leaves;
  }
};

TEST_P(StoreAppend, KnowsItsIssuers) {
  const IssuerRow a = must(store().add_issuer("did:example:a"));
  const IssuerRow b = must(store().add_issuer("https://example.org/b"));
  EXPECT_EQ(a.id, 0u);
  EXPECT_EQ(b.id, 1u);
  EXPECT_NE(a.issuer_hash, b.issuer_hash);
  EXPECT_EQ(code_of(store().add_issuer("did:example:a")), "already_exists");
  EXPECT_EQ(code_of(store().add_issuer("")), "invalid_argument");
  EXPECT_EQ(code_of(store().add_issuer(std::string(kMaxIssuerName + 1, 'x'))), "invalid_argument");
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->issuers()).size(), 2u);
    EXPECT_EQ(must(reader->issuer(1)).name, b.name);
    EXPECT_EQ(must(reader->issuer(1)).issuer_hash, b.issuer_hash);
    EXPECT_EQ(must(reader->issuer_by_name(a.name)).id, 0u);
    EXPECT_EQ(must(reader->next_position(0)), 0u);
    EXPECT_EQ(code_of(reader->issuer(2)), "not_found");
    EXPECT_EQ(code_of(reader->issuer_by_name("did:example:c")), "not_found");
    EXPECT_EQ(code_of(reader->next_position(2)), "not_found");
    EXPECT_EQ(store().identity().origin, test_identity().origin);
    EXPECT_EQ(store().identity().locator_key, test_identity().locator_key);
  });
  EXPECT_EQ(must(store().add_issuer("third")).id, 2u);
}

TEST_P(StoreAppend, KeepsLeavesInOrderWithTheirCalls) {
  must(store().add_issuer("a"));
  must(store().add_issuer("b"));
  append(0, {1}, 1);
  append(1, {2, 3}, 2);
  append(0, {3, 1, 700}, 1);
  append(0, {256}, 1);
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->next_position(0)), 961u);
    EXPECT_EQ(must(reader->next_position(1)), 5u);
    const auto leaves = stored(0, 0);
    ASSERT_EQ(leaves.size(), 961u);
    for (std::uint64_t i = 0; i < leaves.size(); ++i) {
      EXPECT_EQ(leaves[i].position, i);
      EXPECT_EQ(leaves[i].time_ms, 1'000u);
      EXPECT_EQ(leaves[i].call_end, i == 0 || i == 3 || i == 4 || i == 704 || i == 960) << i;
    }
    EXPECT_EQ(stored(0, 704).size(), 257u);
    EXPECT_EQ(stored(0, 961).size(), 0u);
    EXPECT_EQ(stored(1, 4).size(), 1u);
  });
}

TEST_P(StoreAppend, FindsEveryLeafOfRunsOfAnySizeInAnyOrder) {
  must(store().add_issuer("a"));
  must(store().add_issuer("b"));
  for (const std::uint32_t size :
       {1u, 62u, 1u, 1u, 63u, 64u, 65u, 128u, 3u, 200u, 17u, 1u, 1u, 1u, 255u, 256u, 257u, 600u}) {
    append(0, {size}, 1);
    append(1, {1}, 2);
  }
  twice([&] {
    Bytes all;
    must(view()->visit_leaves(0, 0, [&](const StoredLeaf& leaf) -> Status {
      all.insert(all.end(), leaf.entry.begin(), leaf.entry.end());
      return {};
    }));
    constexpr std::uint64_t kLeaves = 1'976;
    ASSERT_EQ(all.size(), kLeaves * LeafEntry::kSize);
    for (const auto& reader : {store().snapshot(), store().latest()}) {
      for (std::uint64_t i = 0; i < kLeaves; ++i) {
        const std::uint64_t at = i * 389 % kLeaves;
        const Bytes leaf = must(reader->leaves(0, at, 1));
        EXPECT_TRUE(std::equal(leaf.begin(), leaf.end(),
                               all.begin() + std::ptrdiff_t(at * LeafEntry::kSize)))
            << at;
        const auto found = must(reader->locate(leaf_digest(leaf, 0)));
        EXPECT_EQ(found, (std::vector<Location>{{0, at}}));
      }
      EXPECT_EQ(code_of(reader->leaves(0, kLeaves, 1)), "not_found");
      EXPECT_EQ(code_of(reader->leaves(1, 18, 1)), "not_found");
    }
  });
}

TEST_P(StoreAppend, ReadsAnyRangeOfLeaves) {
  must(store().add_issuer("a"));
  append(0, {5}, 1);
  append(0, {260}, 1);
  append(0, {1}, 1);
  append(0, {40, 300}, 1);
  const Bytes all = must(view()->leaves(0, 0, 606));
  ASSERT_EQ(all.size(), 606 * LeafEntry::kSize);
  for (std::uint64_t i = 0; i < 606; ++i) {
    const Bytes leaf = make_leaf(digest_of(1, i));
    ASSERT_TRUE(std::equal(leaf.begin(), leaf.end(), all.begin() + std::ptrdiff_t(i) * 49)) << i;
  }
  twice([&] {
    for (const auto& reader : {store().snapshot(), store().latest()}) {
      for (std::uint64_t first = 0; first < 606; first += 7) {
        for (const std::uint64_t count : {0u, 1u, 16u, 17u, 100u, 606u}) {
          const auto some = reader->leaves(0, first, count);
          if (first + count > 606) {
            EXPECT_EQ(code_of(some), "not_found");
          } else {
            EXPECT_EQ(must(some), Bytes(all.begin() + std::ptrdiff_t(first) * 49,
                                        all.begin() + std::ptrdiff_t(first + count) * 49));
          }
        }
      }
      EXPECT_EQ(code_of(reader->leaves(1, 0, 1)), "not_found");
      EXPECT_EQ(code_of(reader->leaves(0, ~std::uint64_t{0}, 2)), "not_found");
    }
  });
}

TEST_P(StoreAppend, StopsVisitingAtTheFirstFailure) {
  must(store().add_issuer("a"));
  append(0, {300}, 1);
  std::uint64_t visited = 0;
  const Status status = view()->visit_leaves(0, 10, [&](const StoredLeaf& leaf) -> Status {
    EXPECT_EQ(Bytes(leaf.entry.begin(), leaf.entry.end()), make_leaf(digest_of(1, leaf.position)));
    if (++visited == 280) return Error{Errc::internal, "enough"};
    return {};
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "enough");
  EXPECT_EQ(visited, 280u);
  EXPECT_EQ(code_of(view()->visit_leaves(1, 0, [](const StoredLeaf&) { return Status(); })),
            "not_found");
}

TEST_P(StoreAppend, TakesAllRunsOfACallOrNone) {
  must(store().add_issuer("a"));
  must(store().add_issuer("b"));
  const node::Run good[] = {make_run(0, 0, {2}, 1), make_run(1, 0, {1}, 2), make_run(0, 2, {3}, 1)};
  must(append_runs(good));
  EXPECT_EQ(must(view()->next_position(0)), 5u);
  node::Run gap[] = {make_run(1, 1, {1}, 2), make_run(0, 6, {1}, 1)};
  EXPECT_EQ(code_of(append_runs(gap)), "corrupt");
  gap[1].first_position = 4;
  EXPECT_EQ(code_of(append_runs(gap)), "corrupt");
  gap[1] = make_run(2, 0, {1}, 1);
  EXPECT_EQ(code_of(append_runs(gap)), "not_found");
  twice([&] {
    EXPECT_EQ(must(view()->next_position(0)), 5u);
    EXPECT_EQ(must(view()->next_position(1)), 1u);
    EXPECT_TRUE(must(view()->locate(digest_of(2, 1))).empty());
  });
}

TEST_P(StoreAppend, RefusesRunsThatContradictThemselves) {
  must(store().add_issuer("a"));
  std::vector<node::Run> bad(5, make_run(0, 0, {2, 1}, 1));
  bad[0].call_sizes = {2};
  bad[1].call_sizes = {2, 1, 0};
  bad[2].leaves.pop_back();
  bad[3].leaves.clear();
  bad[4].call_sizes = {2, 2};
  for (const node::Run& run : bad) EXPECT_EQ(code_of(append_runs({&run, 1})), "invalid_argument");
  twice([&] { EXPECT_EQ(must(view()->next_position(0)), 0u); });
}

TEST_P(StoreAppend, RefusesADigestThatTheIssuerHas) {
  must(store().add_issuer("a"));
  must(store().add_issuer("b"));
  append(0, {200}, 1);
  for (int round = 0; round < 2; ++round) {
    node::Run again = make_run(0, 200, {1}, 9);
    const Bytes old = make_leaf(digest_of(1, 17), 5);
    again.leaves = old;
    EXPECT_EQ(code_of(append_runs({&again, 1})), "already_exists");
    again = make_run(0, 200, {2}, 9);
    std::copy_n(again.leaves.begin(), 49, again.leaves.begin() + 49);
    EXPECT_EQ(code_of(append_runs({&again, 1})), "already_exists");
    EXPECT_EQ(must(view()->next_position(0)), 200u);
    reopen();
  }
  append(1, {200}, 1);
  EXPECT_EQ(must(view()->next_position(1)), 200u);
  // Twice in one call, with another issuer's between them.
  std::vector<node::Run> apart = {make_run(0, 200, {1}, 9), make_run(1, 200, {1}, 9),
                                  make_run(0, 201, {1}, 9)};
  for (node::Run& run : apart) run.leaves = make_leaf(digest_of(77, 0));
  EXPECT_EQ(code_of(append_runs(apart)), "already_exists");
  apart.pop_back();
  must(append_runs(apart));
}

KEDGE_ON_ALL_ENGINES(StoreAppend);

}  // namespace
}  // namespace kedge::test
