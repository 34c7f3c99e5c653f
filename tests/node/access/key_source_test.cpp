// SPDX-License-Identifier: Apache-2.0
#include "node/access/key_source.hpp"

#include <atomic>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"
#include "tests/support/token_authority.hpp"

namespace kedge::node {
namespace {

using std::chrono::milliseconds;
using test::TokenAuthority;

template <class Condition>
bool within_seconds(Condition condition) {
  for (int i = 0; i < 5'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return false;
}

TEST(KeySource, HasNothingBeforeTheFirstFetchAndSaysSo) {
  std::atomic<bool> there = false;
  std::atomic<int> troubles = 0;
  KeySourceOptions options;
  options.refresh = milliseconds(5);
  options.trouble = [&](const Error&) { ++troubles; };
  KeySource keys(
      [&]() -> Result<std::string> {
        if (!there) return Error{Errc::unavailable, "the server is late"};
        return TokenAuthority().jwks().dump();
      },
      options);
  EXPECT_EQ(keys.keys().error().code, Errc::unavailable);
  keys.start_later();
  EXPECT_TRUE(within_seconds([&] { return troubles == 1; }));
  there = true;
  EXPECT_TRUE(within_seconds([&] { return bool(keys.keys()); }));
  // The same trouble is told once.
  EXPECT_EQ(troubles, 1);
}

TEST(KeySource, KeepsTheOldKeysWhileAFetchFailsButNotForEver) {
  std::atomic<int> fetches = 0;
  KeySourceOptions options;
  options.refresh = milliseconds(1);
  options.max_age = milliseconds(2'000);
  KeySource keys(
      [&]() -> Result<std::string> {
        if (++fetches > 1) return std::string("{}");
        return TokenAuthority().jwks().dump();
      },
      options);
  ASSERT_TRUE(keys.start());
  EXPECT_TRUE(within_seconds([&] { return fetches > 3; }));
  EXPECT_TRUE(keys.keys());
  EXPECT_TRUE(within_seconds([&] { return !keys.keys(); }));
  EXPECT_EQ(keys.keys().error().code, Errc::unavailable);
}

TEST(KeySource, IsNotMadeToFetchMoreOftenThanItsGap) {
  std::atomic<int> fetches = 0;
  const auto fetch = [&]() -> Result<std::string> {
    ++fetches;
    return TokenAuthority().jwks().dump();
  };
  KeySource patient(fetch, {.least_gap = milliseconds(60'000)});
  ASSERT_TRUE(patient.start());
  for (int i = 0; i < 1'000; ++i) patient.want_newer();
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(fetches, 1);
  patient.stop();

  fetches = 0;
  KeySource eager(fetch, {.least_gap = milliseconds(20)});
  ASSERT_TRUE(eager.start());
  EXPECT_TRUE(within_seconds([&] {
    eager.want_newer();
    return fetches >= 2;
  }));
}

TEST(KeySource, GivesTheSameKeysTheSameNumber) {
  std::atomic<std::uint8_t> fill = 1;
  std::atomic<int> fetches = 0;
  KeySourceOptions options;
  options.refresh = milliseconds(1);
  KeySource keys(
      [&]() -> Result<std::string> {
        ++fetches;
        return TokenAuthority(fill).jwks().dump();
      },
      options);
  ASSERT_TRUE(keys.start());
  EXPECT_TRUE(within_seconds([&] { return fetches > 5; }));
  EXPECT_EQ((*keys.keys())->generation, 1U);
  fill = 2;
  EXPECT_TRUE(within_seconds([&] { return (*keys.keys())->generation == 2; }));
}

TEST(KeySource, ReadsFilesWithinBounds) {
  const test::TempDir dir;
  const std::string file = dir.path() / "jwks.json";
  EXPECT_EQ(fetch_keys_from_file(file)().error().code, Errc::unavailable);
  std::ofstream(file) << TokenAuthority().jwks().dump();
  const auto text = fetch_keys_from_file(file)();
  ASSERT_TRUE(text);
  EXPECT_TRUE(KeySet::parse(*text));
  std::ofstream(file) << std::string(kMaxJwksBytes + 1, ' ');
  EXPECT_EQ(fetch_keys_from_file(file)().error().code, Errc::invalid_argument);
  KeySource keys(fetch_keys_from_file(file), {});
  EXPECT_FALSE(keys.start());
}

TEST(KeySource, AsksNobodyThatCouldBeImpersonated) {
  for (const char* good : {"https://auth.example/jwks", "http://127.0.0.1:8080/jwks",
                           "http://[::1]/jwks", "http://localhost/jwks"}) {
    EXPECT_TRUE(fetch_keys_from_url(good, {})) << good;
  }
  for (const char* wrong : {"http://auth.example/jwks", "http://127.0.0.1.evil.example/",
                            "http://localhost.evil.example/", "ws://127.0.0.1/", "nothing",
                            "https://user:pass@auth.example/"}) {
    const auto fetch = fetch_keys_from_url(wrong, {});
    ASSERT_FALSE(fetch) << wrong;
    EXPECT_EQ(fetch.error().field, "access.jwks_url");
  }
  // Nobody listens there.
  const auto fetch = fetch_keys_from_url("http://127.0.0.1:1/jwks", {});
  ASSERT_TRUE(fetch);
  EXPECT_EQ((*fetch)().error().code, Errc::unavailable);
}

}  // namespace
}  // namespace kedge::node
