// SPDX-License-Identifier: Apache-2.0
#include "ledger/embedded_line.hpp"

#include <gtest/gtest.h>

namespace kedge::ledger {
namespace {

constexpr std::uint64_t kNow = 1'767'225'600'000;

TEST(EmbeddedLine, RefusesAnyChangedByteAndAnyOtherLength) {
  EmbeddedAnchor anchor;
  anchor.note = "example.org/log\n7\nöä\t\"\n";
  anchor.record = {.name = "local", .seq = 7, .epoch = 8, .size = 9, .time_ms = kNow};
  anchor.record.head = record_head(anchor.record);
  const auto line = format_embedded_line(anchor);
  ASSERT_TRUE(line);
  const auto parsed = parse_embedded_line(*line);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, anchor);
  for (std::size_t i = 0; i < line->size(); ++i) {
    for (const char mask : {'\x01', '\x20', '\x7f'}) {
      std::string changed = *line;
      changed[i] = static_cast<char>(changed[i] ^ mask);
      EXPECT_FALSE(parse_embedded_line(changed)) << "byte " << i;
    }
    EXPECT_FALSE(parse_embedded_line(line->substr(0, i)));
  }
  EXPECT_FALSE(parse_embedded_line(*line + "\n"));
}

TEST(EmbeddedLine, RefusesWhatCannotBeWritten) {
  EmbeddedAnchor anchor;
  anchor.record = {.name = "local", .seq = 1, .epoch = 0, .size = 2, .time_ms = kNow};
  anchor.note = "\xff";
  EXPECT_FALSE(format_embedded_line(anchor));
  anchor.note = std::string(kMaxEmbeddedLine, 'a');
  EXPECT_FALSE(format_embedded_line(anchor));
}

}  // namespace
}  // namespace kedge::ledger
