// SPDX-License-Identifier: Apache-2.0
#include "node/access/recorder.hpp"

#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "node/access/record_check.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

constexpr std::string_view kOrigin = "log.example/kedge";

class RecorderTest : public testing::Test {
 protected:
  std::unique_ptr<Recorder> open(std::chrono::milliseconds flush = std::chrono::milliseconds(1)) {
    RecorderOptions options;
    options.flush = flush;
    options.now_ms = [this] { return now_.load(); };
    options.failed = [this](const Error&) { ++failures_; };
    auto recorder = Recorder::open(file_, kOrigin, std::move(options));
    if (!recorder) {
      ADD_FAILURE() << recorder.error().message;
      return nullptr;
    }
    return *std::move(recorder);
  }
  static RecordEvent event(std::string actor, std::string result = "done") {
    RecordEvent out;
    out.actor = std::move(actor);
    out.action = "anchor_submit";
    out.result = std::move(result);
    out.items = 1;
    return out;
  }
  std::vector<RecordEvent> lines() {
    std::vector<RecordEvent> out;
    const auto checked = check_record(
        file_, kOrigin, no_heads,
        [&](std::uint64_t, const Hash&, const RecordEvent& each) { out.push_back(each); });
    EXPECT_TRUE(checked) << checked.error().message;
    return out;
  }

  test::TempDir dir_;
  const std::filesystem::path file_ = dir_.path() / "record.log";
  std::atomic<std::uint64_t> now_ = 1'767'225'600'000;
  std::atomic<int> failures_ = 0;
};

TEST_F(RecorderTest, WritesByItselfSoonAndAtOnceWhenAsked) {
  const auto recorder = open();
  recorder->note(event("a"));
  for (int i = 0; i < 5'000 && lines().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ASSERT_EQ(lines().size(), 1U);

  recorder->stop();
  const auto slow = open(std::chrono::hours(1));
  slow->note(event("b"));
  const auto head = slow->sync();
  ASSERT_TRUE(head);
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines()[1].actor, "b");
  EXPECT_EQ(lines()[1].time_ms, now_);
  // Nothing new: the same head.
  EXPECT_EQ(*slow->sync(), *head);
  slow->note_refusal(event("c", "refused"));
  slow->note_refusal(event("c", "refused"));
  slow->stop();
  // The first at once, the others with their number at the end.
  ASSERT_EQ(lines().size(), 4U);
  EXPECT_EQ(lines()[3].calls, 1U);
}

TEST_F(RecorderTest, LosesNothingOfManyWriters) {
  {
    const auto recorder = open();
    std::vector<std::jthread> writers;
    for (int t = 0; t < 4; ++t) {
      writers.emplace_back([&, t] {
        for (int i = 0; i < 2'000; ++i) {
          recorder->note(event("w" + std::to_string(t)));
          if (i % 500 == 0) {
            EXPECT_TRUE(recorder->sync());
          }
        }
      });
    }
  }
  std::uint64_t calls = 0;
  for (const RecordEvent& each : lines()) calls += each.calls;
  EXPECT_EQ(calls, 8'000U);
  EXPECT_EQ(failures_, 0);
}

TEST_F(RecorderTest, GoesOnWhereItStopped) {
  Hash before{};
  {
    const auto recorder = open();
    recorder->note(event("a"));
    before = *recorder->sync();
  }
  const auto recorder = open();
  EXPECT_EQ(*recorder->sync(), before);
  recorder->note(event("b"));
  EXPECT_NE(*recorder->sync(), before);
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(RecorderTest, SaysOnceThatItCannotWriteAndAnswersNoHead) {
  std::signal(SIGXFSZ, SIG_IGN);
  const auto recorder = open(std::chrono::hours(1));
  recorder->note(event("a"));
  ASSERT_TRUE(recorder->sync());
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit none{std::filesystem::file_size(file_), before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &none);
  recorder->note(event("b"));
  const auto failed = recorder->sync();
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::storage);
  EXPECT_FALSE(recorder->sync());
  EXPECT_EQ(failures_, 1);
  EXPECT_EQ(lines().size(), 1U);
}

}  // namespace
}  // namespace kedge::node
