// SPDX-License-Identifier: Apache-2.0
#include "config/units.hpp"

#include <gtest/gtest.h>

namespace kedge::config {
namespace {

using std::chrono::milliseconds;

TEST(Units, ReadsDurations) {
  EXPECT_EQ(*parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(*parse_duration("1s"), milliseconds(1'000));
  EXPECT_EQ(*parse_duration("5m"), milliseconds(300'000));
  EXPECT_EQ(*parse_duration("1h"), milliseconds(3'600'000));
  EXPECT_EQ(*parse_duration("2d"), milliseconds(172'800'000));
}

TEST(Units, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "1", "s", "1 s", "1.5s", "-1s", "1S", "1sec", "+1s", " 1s", "1s ",
                           "9223372036854775808ms", "99999999999999999999s", "200000000000d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Units, ReadsSizes) {
  EXPECT_EQ(*parse_size("512"), 512U);
  EXPECT_EQ(*parse_size("512B"), 512U);
  EXPECT_EQ(*parse_size("64KiB"), 65'536U);
  EXPECT_EQ(*parse_size("8MiB"), 8'388'608U);
  EXPECT_EQ(*parse_size("1GiB"), 1'073'741'824U);
}

TEST(Units, RefusesWhatIsNoSize) {
  for (const char* text : {"", "MiB", "8MB", "8M", "8 MiB", "8mib", "-1", "1.5MiB", "0x10",
                           "9223372036854775808", "9007199254740992GiB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(Units, SaysWhatWasExpected) {
  const auto result = parse_duration("soon");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid_argument);
  EXPECT_EQ(result.error().message,
            "expected a duration such as \"250ms\", \"1s\", \"5m\" or \"1h\", found \"soon\"");
}

TEST(Units, WritesTheShortestTextThatReadsBack) {
  EXPECT_EQ(format_duration(milliseconds(0)), "0ms");
  EXPECT_EQ(format_duration(milliseconds(60'000)), "1m");
  EXPECT_EQ(format_duration(milliseconds(90'000)), "90s");
  EXPECT_EQ(format_size(0), "0B");
  EXPECT_EQ(format_size(8U << 20U), "8MiB");
  EXPECT_EQ(format_size(1000), "1000B");
  for (const std::int64_t value : {1, 999, 1'000, 86'400'000, 86'400'001}) {
    EXPECT_EQ(parse_duration(format_duration(milliseconds(value)))->count(), value);
    EXPECT_EQ(*parse_size(format_size(static_cast<std::uint64_t>(value))),
              static_cast<std::uint64_t>(value));
  }
}

}  // namespace
}  // namespace kedge::config
