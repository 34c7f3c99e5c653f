// SPDX-License-Identifier: Apache-2.0
#include "node/cli/submitter.hpp"

#include <atomic>
#include <map>
#include <mutex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/node/cli/small_server.hpp"

namespace kedge::node::cli {
namespace {

/// A node that keeps positions in memory and can be told to be busy, slow or wrong.
class SmallNode {
 public:
  [[nodiscard]] rpc::Client connect() const { return server_.connect(); }

  std::atomic<int> busy{0};
  /// After so many calls with `wait`, everything is final.
  std::atomic<int> waits_until_final{0};
  std::atomic<bool> wrong_order{false};
  std::vector<std::size_t> call_sizes;

 private:
  Status submit(std::string_view params, std::string& out) {
    if (busy > 0) {
      --busy;
      return Error{Errc::too_busy, "busy"};
    }
    const std::lock_guard lock(mutex_);
    const auto request = nlohmann::json::parse(params);
    std::string state = "accepted";
    if (request.contains("wait") && --waits_until_final <= 0) state = "final";
    if (!request.contains("wait")) call_sizes.push_back(request["items"].size());
    auto items = nlohmann::json::array();
    for (const auto& item : request["items"]) {
      const auto [at, added] = positions_.emplace(item["digest"], positions_.size());
      items.push_back({{"digest", item["digest"]},
                       {"position", at->second},
                       {"state", state},
                       {"duplicate", !added}});
    }
    if (wrong_order) std::reverse(items.begin(), items.end());
    out += nlohmann::json({{"items", items}}).dump();
    return {};
  }

  std::mutex mutex_;
  std::map<std::string, std::uint64_t> positions_;
  SmallServer server_{"anchor_submit", [this](std::string_view params, const rpc::Caller&,
                                              std::string& out) { return submit(params, out); }};
};

std::vector<ManifestLine> some_lines(std::size_t count) {
  std::vector<ManifestLine> lines(count);
  for (std::size_t i = 0; i < count; ++i) {
    lines[i].digest[0] = static_cast<std::uint8_t>(i >> 8U);
    lines[i].digest[1] = static_cast<std::uint8_t>(i);
  }
  return lines;
}

class SubmitterTest : public testing::Test {
 protected:
  Submitter submitter() {
    return {client_, [this](unsigned) { return ++pauses_ < 5; }};
  }

  SmallNode node_;
  rpc::Client client_ = node_.connect();
  int pauses_ = 0;
  std::vector<std::uint64_t> progress_;
  const Submitter::Progress note_ = [this](std::uint64_t done) {
    progress_.push_back(done);
    return true;
  };
};

TEST_F(SubmitterTest, SendsCallsOfAtMostTenThousand) {
  auto lines = some_lines(20'001);
  auto submitter = this->submitter();
  ASSERT_TRUE(submitter.submit(lines, note_));
  EXPECT_EQ(node_.call_sizes, (std::vector<std::size_t>{10'000, 10'000, 1}));
  EXPECT_EQ(progress_, (std::vector<std::uint64_t>{10'000, 20'000, 20'001}));
  EXPECT_EQ(submitter.counts().answered, 20'001U);
  EXPECT_EQ(submitter.counts().duplicates, 0U);
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i].position, i);
  EXPECT_EQ(lines.back().state, "accepted");
}

TEST_F(SubmitterTest, StopsBetweenTwoCallsWhenItIsTold) {
  auto lines = some_lines(20'001);
  auto submitter = this->submitter();
  const Status done =
      submitter.submit(lines, [](std::uint64_t answered) { return answered < 20'000; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "interrupted");
  EXPECT_EQ(submitter.counts().answered, 20'000U);
  // At the end there is nothing to stop.
  auto one = some_lines(1);
  auto whole = this->submitter();
  EXPECT_TRUE(whole.submit(one, [](std::uint64_t) { return false; }));
}

TEST_F(SubmitterTest, CountsWhatTheNodeHadBefore) {
  auto lines = some_lines(3);
  lines.push_back(lines[0]);
  auto submitter = this->submitter();
  ASSERT_TRUE(submitter.submit(lines, note_));
  EXPECT_EQ(submitter.counts().duplicates, 1U);
  EXPECT_EQ(lines[3].position, 0U);
}

TEST_F(SubmitterTest, TriesAgainWhileTheNodeIsBusy) {
  node_.busy = 3;
  auto lines = some_lines(2);
  auto submitter = this->submitter();
  EXPECT_TRUE(submitter.submit(lines, note_));
  EXPECT_EQ(pauses_, 3);
}

TEST_F(SubmitterTest, GivesUpWhenItsPatienceEnds) {
  node_.busy = 100;
  auto lines = some_lines(2);
  auto submitter = this->submitter();
  const Status done = submitter.submit(lines, note_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::too_busy);
  EXPECT_EQ(submitter.counts().answered, 0U);
}

TEST_F(SubmitterTest, WaitsUntilAllHaveComeSoFar) {
  node_.waits_until_final = 3;
  auto lines = some_lines(5);
  auto submitter = this->submitter();
  ASSERT_TRUE(submitter.submit(lines, note_));
  ASSERT_TRUE(submitter.wait(lines, "anchored", 60));
  for (const ManifestLine& line : lines) EXPECT_EQ(line.state, "final");
}

TEST_F(SubmitterTest, StopsWaitingInTime) {
  node_.waits_until_final = 1'000'000'000;
  auto lines = some_lines(1);
  auto submitter = this->submitter();
  ASSERT_TRUE(submitter.submit(lines, note_));
  const Status waited = submitter.wait(lines, "final", 0);
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().message, "still accepted after 0 s");
}

TEST_F(SubmitterTest, BelievesNoAnswerThatItDidNotAskFor) {
  node_.wrong_order = true;
  auto lines = some_lines(2);
  auto submitter = this->submitter();
  const Status done = submitter.submit(lines, note_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::unavailable);
}

TEST(States, AreOrdered) {
  EXPECT_TRUE(has_come_to("final", "sealed"));
  EXPECT_TRUE(has_come_to("sealed", "sealed"));
  EXPECT_FALSE(has_come_to("accepted", "sealed"));
  EXPECT_FALSE(has_come_to("", "accepted"));
}

}  // namespace
}  // namespace kedge::node::cli
