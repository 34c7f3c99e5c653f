// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "tests/node/store/engines.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

class StoreLocate : public StoreTest {
 protected:
  void append(IssuerId issuer, std::uint32_t count, std::uint64_t seed) {
    const node::Run run = make_run(issuer, must(view()->next_position(issuer)), {count}, seed);
    must(append_runs({&run, 1}));
  }

  std::vector<std::optional<Location>> many(IssuerId issuer, std::span<const Hash> digests) {
    return must(store().locate_many(issuer, digests));
  }
};

TEST_P(StoreLocate, FindsEveryDigestAndNothingElse) {
  must(store().add_issuer("a"));
  for (const std::uint32_t count : {1u, 63u, 1u, 64u, 65u, 255u, 300u, 257u, 3u}) {
    append(0, count, 1);
    const auto reader = view();
    const std::uint64_t next = must(reader->next_position(0));
    for (std::uint64_t i = 0; i < next; ++i) {
      ASSERT_EQ(must(reader->locate(digest_of(1, i))), (std::vector<Location>{{0, i}})) << i;
    }
    ASSERT_TRUE(must(reader->locate(digest_of(1, next))).empty());
  }
  twice([&] {
    std::vector<Hash> digests;
    for (std::uint64_t i = 0; i < 1'100; ++i) digests.push_back(digest_of(1, i));
    const auto found = many(0, digests);
    ASSERT_EQ(found.size(), digests.size());
    for (std::uint64_t i = 0; i < 1'100; ++i) {
      ASSERT_EQ(found[i].has_value(), i < 1'009) << i;
      if (i < 1'009) {
        ASSERT_EQ(found[i]->position, i);
      }
    }
    EXPECT_TRUE(many(0, {}).empty());
    EXPECT_FALSE(many(1, digests)[0]);
  });
}

TEST_P(StoreLocate, ConfirmsAgainstAllOctetsOfTheDigest) {
  must(store().add_issuer("a"));
  append(0, 10, 1);
  twice([&] {
    for (std::size_t octet = 0; octet < 32; ++octet) {
      Hash other = digest_of(1, 3);
      other[octet] ^= 1;
      EXPECT_TRUE(must(view()->locate(other)).empty());
      EXPECT_FALSE(many(0, {&other, 1})[0]);
    }
  });
}

TEST_P(StoreLocate, KeepsTheSameDigestOfSeveralIssuersApart) {
  for (const char* name : {"a", "b", "c"}) must(store().add_issuer(name));
  append(2, 40, 5);
  append(0, 100, 5);
  append(1, 200, 5);
  append(0, 60, 5);
  // All three bring the next digests in one call, the last issuer first.
  std::vector<node::Run> together;
  for (const IssuerId issuer : {2u, 1u, 0u}) {
    node::Run run = make_run(issuer, must(view()->next_position(issuer)), {1}, 1);
    run.leaves = make_leaf(digest_of(99, 0));
    together.push_back(run);
  }
  must(append_runs(together));
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->locate(digest_of(5, 39))),
              (std::vector<Location>{{0, 39}, {1, 39}, {2, 39}}));
    EXPECT_EQ(must(reader->locate(digest_of(5, 40))), (std::vector<Location>{{0, 40}, {1, 40}}));
    EXPECT_EQ(must(reader->locate(digest_of(5, 180))), (std::vector<Location>{{1, 180}}));
    EXPECT_EQ(must(reader->locate(digest_of(99, 0))),
              (std::vector<Location>{{0, 160}, {1, 200}, {2, 40}}));
    const Hash digests[] = {digest_of(5, 39), digest_of(5, 180), digest_of(99, 0)};
    for (const IssuerId issuer : {0u, 1u, 2u}) {
      const auto found = many(issuer, digests);
      EXPECT_EQ(found[0]->issuer, issuer);
      EXPECT_EQ(found[1].has_value(), issuer == 1);
      EXPECT_EQ(found[2]->issuer, issuer);
    }
  });
  node::Run again = make_run(1, 201, {1}, 1);
  again.leaves = make_leaf(digest_of(5, 39));
  EXPECT_EQ(code_of(append_runs({&again, 1})), "already_exists");
}

/// Many issuers, random sizes and shared digests, against a map, with reopening on the way.
TEST_P(StoreLocate, AgreesWithAMap) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr IssuerId kIssuers = 5;
  constexpr std::uint64_t kDigests = 3000;
  for (IssuerId i = 0; i < kIssuers; ++i) must(store().add_issuer(std::to_string(i)));
  std::map<std::pair<std::uint64_t, IssuerId>, std::uint64_t> model;
  std::vector<std::uint64_t> next(kIssuers);
  for (int round = 0; round < 120; ++round) {
    if (round % 40 == 39) reopen();
    std::vector<node::Run> runs;
    for (std::uint64_t i = 0; i < 1 + random() % 3; ++i) {
      const auto issuer = static_cast<IssuerId>(random() % kIssuers);
      std::vector<std::uint64_t> chosen;
      std::vector<Hash> digests;
      for (std::uint64_t j = 0; j < 1 + random() % 60; ++j) {
        const std::uint64_t digest = random() % kDigests;
        if (model.contains({digest, issuer})) continue;
        model[{digest, issuer}] = next[issuer] + chosen.size();
        chosen.push_back(digest);
        digests.push_back(digest_of(7, digest));
      }
      if (chosen.empty()) continue;
      if (random() % 4 != 0) (void)many(issuer, digests);
      const auto count = static_cast<std::uint32_t>(chosen.size());
      node::Run run = make_run(issuer, next[issuer], {count}, 1);
      run.leaves.clear();
      for (const Hash& digest : digests) {
        const Bytes leaf = make_leaf(digest);
        run.leaves.insert(run.leaves.end(), leaf.begin(), leaf.end());
      }
      next[issuer] += chosen.size();
      runs.push_back(std::move(run));
    }
    if (!runs.empty()) must(append_runs(runs));
    const std::uint64_t asked = random() % kDigests;
    std::vector<Location> expected;
    for (IssuerId i = 0; i < kIssuers; ++i) {
      if (const auto at = model.find({asked, i}); at != model.end()) {
        expected.push_back({i, at->second});
      }
    }
    ASSERT_EQ(must(view()->locate(digest_of(7, asked))), expected);
  }
  twice([&] {
    const auto reader = view();
    for (std::uint64_t digest = 0; digest < kDigests; ++digest) {
      const auto found = must(reader->locate(digest_of(7, digest)));
      std::size_t expected = 0;
      for (IssuerId i = 0; i < kIssuers; ++i) expected += model.contains({digest, i}) ? 1u : 0u;
      ASSERT_EQ(found.size(), expected);
      for (const Location& at : found) ASSERT_EQ(model.at({digest, at.issuer}), at.position);
    }
  });
}

KEDGE_ON_ALL_ENGINES(StoreLocate);

}  // namespace
}  // namespace kedge::test
