// SPDX-License-Identifier: Apache-2.0
#include "node/access/record_queue.hpp"

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

RecordEvent event(std::string actor, std::uint64_t time_ms, std::uint64_t items = 1,
                  std::string result = "done") {
  RecordEvent out;
  out.actor = std::move(actor);
  out.issuer = "did:example:a";
  out.action = "anchor_submit";
  out.result = std::move(result);
  out.time_ms = out.until_ms = time_ms;
  out.items = items;
  return out;
}

TEST(RecordQueue, PutsCallsOfOneKindTogetherAndKeepsTheirSum) {
  RecordQueue queue(60'000);
  EXPECT_FALSE(queue.has_ready());
  for (std::uint64_t i = 0; i < 100; ++i) {
    RecordEvent one = event("a", 1'000 + i, 3);
    one.first = 3 * i;
    one.last = 3 * i + 2;
    queue.add(one);
    queue.add(event("b", 1'000 + i));
  }
  const auto taken = queue.take(2'000);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].actor, "a");
  EXPECT_EQ(taken[0].calls, 100U);
  EXPECT_EQ(taken[0].items, 300U);
  EXPECT_EQ(taken[0].time_ms, 1'000U);
  EXPECT_EQ(taken[0].until_ms, 1'099U);
  EXPECT_EQ(taken[0].first, 0U);
  EXPECT_EQ(taken[0].last, 299U);
  EXPECT_EQ(taken[1].calls, 100U);
  EXPECT_TRUE(queue.take(3'000).empty());
}

TEST(RecordQueue, TellsTheFirstRefusalAtOnceAndCountsThoseThatFollow) {
  RecordQueue queue(60'000);
  std::uint64_t lines = 0;
  std::uint64_t calls = 0;
  const auto take = [&](std::uint64_t now, bool all = false) {
    for (const RecordEvent& each : queue.take(now, all)) {
      ++lines;
      calls += each.calls;
    }
  };
  // A flood of ten minutes, a thousand a second, looked at four times a second.
  for (std::uint64_t i = 0; i < 600'000; ++i) {
    queue.add_refusal(event("", 1'000 + i, 0, "refused: unknown token"));
    if (i == 0) {
      take(1'000);
      EXPECT_EQ(lines, 1U);
    }
    if (i % 250 == 0) take(1'000 + i);
  }
  EXPECT_LE(lines, 12U);
  take(700'000, true);
  EXPECT_EQ(calls, 600'000U);
  // When it is over, nothing is kept of it.
  take(800'000);
  take(900'000);
  EXPECT_FALSE(queue.has_windows());
}

TEST(RecordQueue, BoundsTheKindsThatItHolds) {
  RecordQueue queue(60'000);
  for (int i = 0; i < 5'000; ++i) {
    queue.add_refusal(event("who-" + std::to_string(i), 1'000, 0, "refused"));
  }
  std::uint64_t calls = 0;
  const auto first = queue.take(1'000);
  EXPECT_LE(first.size(), RecordQueue::kMaxKinds + 2);
  for (const RecordEvent& each : first) calls += each.calls;
  for (const RecordEvent& each : queue.take(2'000, true)) calls += each.calls;
  EXPECT_EQ(calls, 5'000U);
}

TEST(RecordQueue, AClockThatGoesBackKeepsNoWindowOpen) {
  RecordQueue queue(60'000);
  queue.add_refusal(event("", 10'000'000, 0, "refused"));
  queue.add_refusal(event("", 10'000'001, 0, "refused"));
  EXPECT_EQ(queue.take(10'000'001).size(), 1U);
  EXPECT_EQ(queue.take(1'000).size(), 1U);
}

TEST(RecordLine, HasOneText) {
  RecordEvent one = event("token:ab\"c", 1'767'225'600'000, 7);
  one.until_ms += 5;
  one.calls = 3;
  one.first = 4;
  one.last = 10;
  const std::string text = format_record_line(9, one);
  EXPECT_EQ(text, R"({"n":9,"time":"2026-01-01T00:00:00.000Z","until":"2026-01-01T00:00:00.005Z",)"
                  R"("actor":"token:ab\"c","issuer":"did:example:a","action":"anchor_submit",)"
                  R"("result":"done","calls":3,"items":7,"first":4,"last":10})");
  const auto read = parse_record_line(9, text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(format_record_line(9, *read), text);
  EXPECT_FALSE(parse_record_line(8, text));
  EXPECT_FALSE(parse_record_line(9, " " + text));
  EXPECT_FALSE(parse_record_line(9, "{}"));
  EXPECT_FALSE(parse_record_line(9, ""));
  std::string more = text;
  more.insert(more.size() - 1, ",\"x\":1");
  EXPECT_FALSE(parse_record_line(9, more));
}

}  // namespace
}  // namespace kedge::node
