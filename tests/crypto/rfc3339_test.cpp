// SPDX-License-Identifier: Apache-2.0
#include "crypto/rfc3339.hpp"

#include <random>
#include <stdexcept>

#include <gtest/gtest.h>

namespace kedge::crypto {
namespace {

TEST(Rfc3339, WritesKnownTimes) {
  EXPECT_EQ(format_rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(951'782'400'001), "2000-02-29T00:00:00.001Z");
  EXPECT_EQ(format_rfc3339(1'767'225'599'999), "2025-12-31T23:59:59.999Z");
  EXPECT_EQ(format_rfc3339(kMaxTimeMs), "9999-12-31T23:59:59.999Z");
  EXPECT_THROW(format_rfc3339(kMaxTimeMs + 1), std::out_of_range);
}

TEST(Rfc3339, ReadsWhatItWrites) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t time_ms = random() % (kMaxTimeMs + 1);
    const auto read = parse_rfc3339(format_rfc3339(time_ms));
    ASSERT_TRUE(read);
    ASSERT_EQ(*read, time_ms);
  }
}

TEST(Rfc3339, RefusesEveryOtherForm) {
  for (const char* text : {"",
                           "2026-01-31",
                           "2026-01-31T08:05:09Z",
                           "2026-01-31T08:05:09.04Z",
                           "2026-01-31T08:05:09.0420Z",
                           "2026-01-31t08:05:09.042Z",
                           "2026-01-31T08:05:09.042z",
                           "2026-01-31 08:05:09.042Z",
                           "2026-01-31T08:05:09,042Z",
                           "2026-01-31T08:05:09.042+00:00",
                           "2026-1-31T08:05:09.042Z",
                           "+026-01-31T08:05:09.042Z",
                           " 026-01-31T08:05:09.042Z",
                           "2026-01-31T08:05:09.042Z ",
                           "2026-00-31T08:05:09.042Z",
                           "2026-13-01T08:05:09.042Z",
                           "2026-02-29T08:05:09.042Z",
                           "2026-04-31T08:05:09.042Z",
                           "2026-01-00T08:05:09.042Z",
                           "2026-01-31T24:00:00.000Z",
                           "2026-01-31T08:60:00.000Z",
                           "2026-12-31T23:59:60.000Z",
                           "1969-12-31T23:59:59.999Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(DateTime, ReadsWhatOthersWrite) {
  const std::vector<std::pair<const char*, std::int64_t>> cases = {
      {"1970-01-01T00:00:00Z", 0},
      {"2023-08-08T12:37:58Z", 1'691'498'278'000},
      {"2023-08-08T12:37:58.5Z", 1'691'498'278'500},
      {"2023-08-08T12:37:58.042Z", 1'691'498'278'042},
      {"2023-08-08T12:37:58.042999999Z", 1'691'498'278'042},
      {"2023-08-08T14:37:58+02:00", 1'691'498'278'000},
      {"2023-08-08T02:37:58-10:00", 1'691'498'278'000},
      {"2023-08-08T12:37:58-00:00", 1'691'498'278'000},
      {"2023-08-09T02:37:58+14:00", 1'691'498'278'000},
      {"1969-12-31T23:59:59.999Z", -1},
      {"0001-01-01T00:00:00Z", -62'135'596'800'000},
      {"9999-12-31T23:59:59.999Z", static_cast<std::int64_t>(kMaxTimeMs)},
  };
  for (const auto& [text, time_ms] : cases) {
    const auto read = parse_date_time(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, time_ms) << text;
  }
}

TEST(DateTime, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2026-01-31",
                           "2026-01-31T08:05:09",
                           "2026-01-31T08:05Z",
                           "2026-01-31t08:05:09Z",
                           "2026-01-31T08:05:09z",
                           "2026-01-31 08:05:09Z",
                           "2026-01-31T08:05:09.Z",
                           "2026-01-31T08:05:09.0123456789Z",
                           "2026-01-31T08:05:09,5Z",
                           "2026-01-31T08:05:09+2:00",
                           "2026-01-31T08:05:09+0200",
                           "2026-01-31T08:05:09+14:01",
                           "2026-01-31T08:05:09+01:60",
                           "2026-01-31T08:05:09Z ",
                           "2026-01-31T08:05:09ZZ",
                           "2026-02-30T08:05:09Z",
                           "2026-01-31T24:00:00Z",
                           "2026-12-31T23:59:60Z",
                           "0000-01-01T00:00:00Z",
                           "12026-01-31T08:05:09Z",
                           "-2026-01-31T08:05:09Z"}) {
    EXPECT_FALSE(parse_date_time(text)) << text;
  }
}

}  // namespace
}  // namespace kedge::crypto
